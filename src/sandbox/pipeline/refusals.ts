import { ServiceError } from '../serviceError';

/** Codes of FACTS 12 by their names, with texts of our own: the numbers are the service's, the wording is not. */
const REFUSALS = {
  invalidArgument: ['0x80040203', 'A value is not valid for this operation.'],
  duplicateRecord: ['0x80040237', 'A row with these key values already exists.'],
  objectDoesNotExist: ['0x80040217', 'The row does not exist.'],
  cannotDeleteDueToAssociation: ['0x80040227', 'The row cannot be deleted because other rows refer to it.'],
  stepNotAllowed: ['0x80044187', 'Custom steps are not allowed on this message and table.'],
  onlyPredefinedStages: [
    '0x80044184',
    'Steps can be registered and changed only in the stages 10, 20 and 40.',
  ],
  secureConfigurationOnlyOnServer: [
    '0x80044185',
    'Only a step that runs on the server only can have a secure configuration.',
  ],
  invalidMessageProperty: ['0x8004416b', 'The message property name is not valid for this message.'],
  imagesNotSupported: ['0x80044189', 'The message does not support images.'],
  postImageNotSupported: ['0x8004416e', 'A post-image needs a step in stage 40.'],
  invalidImageType: ['0x8004416d', 'The message does not support this type of image.'],
  jobStateChange: ['0x80044162', 'The job cannot change to this state.'],
  jobToCompleted: [
    '0x80044165',
    'A job is completed by the service; the only completed state that can be set is Canceled (3/32).',
  ],
  jobToReady: ['0x80044166', 'Only a suspended job can be resumed.'],
  jobToSuspended: ['0x80044167', 'The job cannot be suspended in its present state.'],
  jobCannotCancel: ['0x80044f00', 'The job is completed and cannot be canceled.'],
  jobCannotPause: [
    '0x80044f01',
    'Only a running job can be paused; a job that waits can be postponed with postponeuntil.',
  ],
  jobNotCompleted: ['0x8004416a', 'A job can be deleted only when it is completed. Cancel it first.'],
  invalidSolution: ['0x8004f002', 'There is no solution with this unique name.'],
  // The number is general knowledge (UNVERIFIED); FACTS 12 has no code for a managed row that may not be customized.
  notCustomizable: ['0x8004f026', 'The component is managed and cannot be customized.'],
  // General knowledge (UNVERIFIED), like its neighbours in FACTS 12 without a text.
  stateAndStatus: ['0x80048408', 'The status code does not belong to the state code.'],
  // General knowledge (UNVERIFIED): the code next to those of the step errors in FACTS 12.
  depthExceeded: ['0x80044182', 'The operation was stopped because it calls itself without end.'],
} as const satisfies Readonly<Record<string, readonly [code: string, text: string]>>;

/** A refusal of FACTS 12. 400 unless told otherwise (FACTS 13.2). `detail` is appended to the text. */
export function refuse(name: keyof typeof REFUSALS, detail?: string, httpStatus = 400): ServiceError {
  const [code, text] = REFUSALS[name];
  return new ServiceError(httpStatus, code, detail === undefined ? text : `${text} ${detail}`);
}
