import type { ExportFormat, JobAction, JobFilterFields, JobLink, JobRemedy } from '../../protocol/jobs';

/** What the templates can ask for. */
export interface PageActions {
  edit(text: string): void;
  /** A text was left out, because the field could not hold it. */
  overfull(): void;
  /** Asks the extension for something about the query. */
  query(key: 'choose' | 'save' | 'edit' | 'address'): void;
  /** Puts the caret around a place of the query. */
  reveal(start: number, end: number): void;
  chooseLanguage(language: string): void;
  run(): void;
  filter(fields: JobFilterFields): void;
  /** The same filter without a period. */
  allTimes(): void;
  cancel(): void;
  /** Ends what is being done with jobs. */
  endAct(): void;
  more(): void;
  goOn(): void;
  all(): void;
  refresh(): void;
  watch(on: boolean): void;
  export(format: ExportFormat): void;
  /** Shows the rows of one group only; all rows when undefined. */
  chooseGroup(key: string | undefined): void;
  openExample(): void;
  open(row: number, event: MouseEvent): void;
  /** The menu of a cell is about to be shown. */
  menu(row: number, event: MouseEvent): void;
  sort(key: string): void;
  resize(key: string, event: PointerEvent): void;
  resetWidth(key: string): void;
  scrolled(): void;
  fold(part: string, changed: boolean): void;
  act(action: JobAction): void;
  close(): void;
  copy(text: string): void;
  remedy(id: string, remedy: JobRemedy): void;
  follow(id: string, link: JobLink): void;
  endCorrelated(): void;
  switchOnTrace(): void;
  followTrace(id: string, link: 'step' | 'correlation'): void;
  key(event: KeyboardEvent): void;
}
