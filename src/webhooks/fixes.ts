import type { CheckFinding } from './checks';
import type { NewStep, Step } from './model';
import { undoChangeStep, undoStepStates, type Undo } from './undo';
import type { Written } from './runWrites';
import { changeStepWrite, settingsOf, stepStateWrite, type Write } from './writes';

/** All that is to be repaired about one step. */
export interface StepFixes {
  readonly step: Step;
  readonly findings: readonly CheckFinding[];
  /** The step as it was before the first try, where this is another one: that is what an undo goes back to. */
  readonly was?: Step;
}

/** What became of a repair. */
export interface Repair {
  /** What takes back all that was done. */
  readonly undos: readonly Undo[];
  /** Why the rest was not done, where a part was. */
  readonly error?: unknown;
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
 * @throws DataverseError `conflict` when the step was changed by somebody else, and whatever else kept all of it from
 *   being done.
 */
export async function fixStep(
  { step, findings, was = step }: StepFixes,
  write: (write: Write) => Promise<Written>,
): Promise<Repair> {
  let { etag, enabled } = step;
  const before = settingsOf(step);
  const after = before && repaired(before, findings);
  const change = before && after && changeStepWrite(step, before, after);
  if (change !== undefined) etag = (await write(change)).etag;
  try {
    for (const { fix } of findings) {
      if (fix?.kind !== 'enable' && fix?.kind !== 'disable') continue;
      const next = fix.kind === 'enable';
      etag = (await write(stepStateWrite(step.id, next, etag))).etag;
      enabled = next;
    }
  } catch (error) {
    const undos = repairUndos(was, findings, { enabled, etag });
    if (undos.length === 0) throw error;
    return { undos, error };
  }
  return { undos: repairUndos(was, findings, { enabled, etag }) };
}

/** What takes a repair back to the step as it was: its columns, which are written whenever there is one for them, then its state. */
function repairUndos(
  was: Step,
  findings: readonly CheckFinding[],
  { enabled, etag }: Pick<Step, 'enabled' | 'etag'>,
): readonly Undo[] {
  const about = { id: was.id, name: was.name };
  const before = settingsOf(was);
  const columns = before && undoChangeStep(was.id, before, repaired(before, findings), etag);
  const undone = columns === undefined ? [] : [{ ...columns, about }];
  if (enabled === was.enabled) return undone;
  // After the columns are written the etag is another one; whether somebody else was there, these have found out.
  const stateEtag = columns === undefined ? etag : undefined;
  const state = undoStepStates([{ id: was.id, wasEnabled: was.enabled, etag: stateEtag }]);
  if (state === undefined) return undone;
  if (columns === undefined) return [{ ...state, about }];
  return [...undone, { ...state, about: { id: `state of ${was.id}`, name: was.name }, needs: [was.id] }];
}

/**
 * The same repair of the step as it is now, for another try: what a try before it wrote, whose answer was lost, is no
 * change of somebody else. Where the columns that a fix replaces are neither those from before nor those of the fix,
 * somebody else was there, and the repair stays bound to the version that was read.
 */
export function fixesAgain(fixes: StepFixes, now: Step): StepFixes {
  const columnsOf = (columns: readonly string[]): string => columns.join(',');
  const isOurs = fixes.findings.every(
    ({ fix }) =>
      fix?.kind !== 'setColumns' ||
      columnsOf(now.filteringColumns) === columnsOf(fixes.step.filteringColumns) ||
      columnsOf(now.filteringColumns) === columnsOf(fix.columns),
  );
  return isOurs ? { ...fixes, step: now, was: fixes.was ?? fixes.step } : fixes;
}

/** The settings of a step with what the findings say; a step whose stage is the platform's own has none (FACTS 4). */
function repaired(before: NewStep, findings: readonly CheckFinding[]): NewStep {
  return findings.reduce((settings, { fix }) => {
    if (fix?.kind === 'deleteJobs') return { ...settings, deleteJobOnSuccess: true };
    return fix?.kind === 'setColumns' ? { ...settings, filteringColumns: fix.columns } : settings;
  }, before);
}
