import { CancelledError } from '../base/errors';

/** How serious a remark about typed text is. Only an error stops the step. */
export interface Remark {
  readonly severity: 'error' | 'warning' | 'info';
  readonly text: string;
}

/** Where in the flow a question stands. */
export interface Place {
  /** Name of the flow, the same on every question. */
  readonly title: string;
  /** 1-based number of this question among those this user will see. */
  readonly number: number;
  readonly total: number;
  readonly canGoBack: boolean;
}

export interface InputQuestion {
  readonly prompt: string;
  readonly placeholder?: string;
  /** What stands in the box at first: an earlier answer or a suggestion. */
  readonly value: string;
  /** The text is a secret: dots instead of characters. */
  readonly password?: boolean;
  /** Looked at with every key. */
  readonly check: (text: string) => Remark | undefined;
  /** Asked from the service after a pause in typing. A rejection means that it could not answer, and does not stop the step. */
  readonly checkRemote?: (text: string, signal: AbortSignal) => Promise<Remark | undefined>;
  /** What the next question needs to know about the answer. The box stays open, and busy, until it is there; an error remark keeps it open. */
  readonly prepare?: (text: string, signal: AbortSignal) => Promise<Remark | undefined>;
}

export interface PickChoice<T> {
  readonly value: T;
  readonly label: string;
  readonly description?: string;
  readonly detail?: string;
  readonly icon?: string;
  /** A disc of this colour stands in the icon's place. */
  readonly color?: 'red' | 'orange' | 'yellow' | 'green' | 'blue' | 'purple';
  /** Choices with the same group stand together under its name. */
  readonly group?: string;
}

export interface PickQuestion<T> {
  readonly placeholder: string;
  /** The choices, or where they come from: the list shows that it is being filled meanwhile. */
  readonly choices:
    ReadonlyArray<PickChoice<T>> | ((signal: AbortSignal) => Promise<ReadonlyArray<PickChoice<T>>>);
  /** Finds the choice that is highlighted at first. */
  readonly isCurrent?: (value: T) => boolean;
  /** What the next question needs to know about the choice. The list stays open, and busy, until it is there. */
  readonly prepare?: (value: T, signal: AbortSignal) => Promise<void>;
}

export interface PickManyQuestion<T> {
  readonly placeholder: string;
  readonly choices:
    ReadonlyArray<PickChoice<T>> | ((signal: AbortSignal) => Promise<ReadonlyArray<PickChoice<T>>>);
  readonly isPicked: (value: T) => boolean;
}

/** A choice among more rows than are ever loaded: the service searches while the user types. */
export interface SearchQuestion<T> {
  readonly placeholder: string;
  /** Choices that are there from the beginning, above what is found. */
  readonly fixed: ReadonlyArray<PickChoice<T>>;
  /** Stands above what is found. */
  readonly foundGroup: string;
  /** What is found for a text, after a pause in typing; the empty text is asked for at first. */
  readonly find: (text: string, signal: AbortSignal) => Promise<ReadonlyArray<PickChoice<T>>>;
  /** Tells what is found apart: an equal id is the same choice, found again. */
  readonly idOf: (value: T) => string;
  /** Finds the choice that is highlighted at first. */
  readonly isCurrent?: (value: T) => boolean;
}

/** The user went to the question before. */
export const BACK = Symbol('back');

/** The user has left the flow at a question that could not be asked, because what it needs could not be loaded. */
export class LeftUnanswered extends CancelledError {}

/**
 * How a flow asks. Every method resolves with an answer or `BACK`, and rejects with `CancelledError` when the user
 * leaves the flow or the signal is aborted, with `LeftUnanswered` where there was nothing to answer; what was opened is
 * closed by then.
 */
export interface WizardUi {
  input(place: Place, question: InputQuestion, signal: AbortSignal): Promise<string | typeof BACK>;
  pick<T>(place: Place, question: PickQuestion<T>, signal: AbortSignal): Promise<T | typeof BACK>;
  pickMany<T>(
    place: Place,
    question: PickManyQuestion<T>,
    signal: AbortSignal,
  ): Promise<readonly T[] | typeof BACK>;
  search<T>(place: Place, question: SearchQuestion<T>, signal: AbortSignal): Promise<T | typeof BACK>;
}
