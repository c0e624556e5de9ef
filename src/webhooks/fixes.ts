import type { CheckFinding } from './checks';
import type { Step } from './model';
import { changeStepWrite, settingsOf, stepStateWrite, type Write, type Written } from './writes';

/** All that is to be repaired about one step. */
export interface StepFixes {
  readonly step: Step;
  readonly findings: readonly CheckFinding[];
}

/** The findings that have a fix, step by step, in the order of the findings. */
export function fixesByStep(findings: readonly CheckFinding[]): readonly StepFixes[] {
  const groups = new Map<string, { step: Step; findings: CheckFinding[] }>();
  for (const finding of findings) {
    const { step, fix } = finding;
    if (step === undefined || fix === undefined) continue;
    const group = groups.get(step.id);
    if (group === undefined) groups.set(step.id, { step, findings: [finding] });
    else group.findings.push(finding);
  }
  return [...groups.values()];
}

/**
 * Repairs a step with the writes of its fixes, one after the other. Each names the etag of the row as it was read or as
 * the write before left it, so that what somebody else changed meanwhile is not overwritten (FACTS 13.2). Columns are
 * written before the state: a step is enabled when it is as it should be.
 * @throws DataverseError `conflict` when the step was changed by somebody else.
 */
export async function fixStep(
  { step, findings }: StepFixes,
  write: (write: Write) => Promise<Written>,
): Promise<void> {
  let { etag } = step;
  const settings = settingsWrite(step, findings);
  if (settings !== undefined) etag = (await write(settings)).etag;
  for (const { fix } of findings) {
    if (fix?.kind !== 'enable' && fix?.kind !== 'disable') continue;
    etag = (await write(stepStateWrite(step.id, fix.kind === 'enable', etag))).etag;
  }
}

/** The change of the step's columns; undefined when there is none, or when the stage is the platform's own (FACTS 4). */
function settingsWrite(step: Step, findings: readonly CheckFinding[]): Write | undefined {
  const before = settingsOf(step);
  if (before === undefined) return undefined;
  const after = findings.reduce((settings, { fix }) => {
    if (fix?.kind === 'deleteJobs') return { ...settings, deleteJobOnSuccess: true };
    return fix?.kind === 'setColumns' ? { ...settings, filteringColumns: fix.columns } : settings;
  }, before);
  return changeStepWrite(step, before, after);
}
