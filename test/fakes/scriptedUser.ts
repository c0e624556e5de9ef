import assert from 'node:assert/strict';
import { CancelledError, isCancellation } from '../../src/base/errors';
import { reasonText } from '../../src/presentation/texts/errorTexts';
import {
  BACK,
  LeftUnanswered,
  type InputQuestion,
  type PickChoice,
  type PickManyQuestion,
  type PickQuestion,
  type Place,
  type SearchQuestion,
  type WizardUi,
} from '../../src/wizard/ui';

/** The user leaves the flow. */
export const CANCEL = Symbol('cancel');
/** The user accepts what stands there: the prefilled text, the highlighted choice, the ticked choices. */
export const KEEP = Symbol('keep');
/** The user picks *Retry* in a list that could not be filled. */
export const RETRY = Symbol('retry');

/** What a scripted user does at one question. */
export type Answer =
  | typeof BACK
  | typeof CANCEL
  | typeof KEEP
  | typeof RETRY
  | { readonly text: string; readonly refused?: RegExp; readonly remark?: RegExp }
  | { readonly pick: string }
  | { readonly pickMany: readonly string[] }
  | { readonly search: string; readonly pick: string };

/** Types a text that must be accepted; `remark` is what must be said about it all the same. */
export function type(text: string, remark?: RegExp): Answer {
  return remark === undefined ? { text } : { text, remark };
}

/** Types a text that must be refused with a reason; the question stays open for the next answer. */
export function typeRefused(text: string, refused: RegExp): Answer {
  return { text, refused };
}

/** Picks the choice with a label. */
export function pick(label: string): Answer {
  return { pick: label };
}

/** Ticks exactly the choices with these labels. */
export function pickMany(...labels: readonly string[]): Answer {
  return { pickMany: labels };
}

/** Types into a search and picks the choice with a label among what is found. */
export function search(text: string, label: string): Answer {
  return { search: text, pick: label };
}

/** The same answer several times. */
export function times(count: number, answer: Answer): readonly Answer[] {
  return Array.from({ length: count }, () => answer);
}

/** One question as it was on screen. */
export interface Shown {
  readonly kind: 'input' | 'pick' | 'pickMany' | 'search';
  readonly place: Place;
  /** Prompt of a box, placeholder of a list. */
  readonly question: string;
  /** What a person could read: never what stands behind the dots of a password box. */
  readonly texts: readonly string[];
  readonly value: string | undefined;
  readonly password: boolean;
  readonly labels: readonly string[];
  readonly current: string | undefined;
  readonly ticked: readonly string[];
}

/** A user with a list of answers, who looks at everything and fails where the real quick input would not let him go on. */
export class ScriptedUser implements WizardUi {
  readonly shown: Shown[] = [];
  /** Remarks about typed text and reasons of lists that could not be filled. */
  readonly remarks: string[] = [];
  readonly #answers: Answer[];
  readonly #persistent: boolean;
  /** How often a persistent user has tried again. */
  retries = 0;

  /** @param persistent picks *Retry* wherever it is offered, without an answer for it. */
  constructor(answers: readonly Answer[], persistent = false) {
    this.#answers = [...answers];
    this.#persistent = persistent;
  }

  /** Fails when an answer was not needed. */
  done(): void {
    assert.deepEqual(this.#answers, [], 'the user has answers left');
  }

  /** Every text that was on screen. */
  get screen(): string {
    return [...this.shown.flatMap((shown) => shown.texts), ...this.remarks].join('\n');
  }

  /** The questions in their order. */
  get questions(): readonly string[] {
    return this.shown.map((shown) => shown.question);
  }

  async input(place: Place, question: InputQuestion, signal: AbortSignal): Promise<string | typeof BACK> {
    this.#show('input', place, question.prompt, {
      value: question.password === true ? undefined : question.value,
      password: question.password === true,
      extra: [question.placeholder ?? ''],
    });
    if (question.value !== '') this.#remark(question.check(question.value)?.text);
    const open = new AbortController();
    try {
      for (;;) {
        const answer = this.#next(place, question.prompt, signal);
        if (answer === BACK) return BACK;
        if (answer === KEEP) {
          const refusal = await this.#refusal(question, question.value, open.signal);
          assert.equal(refusal, undefined, `what stands in "${question.prompt}" is refused`);
          return question.value;
        }
        assert.ok(typeof answer === 'object' && 'text' in answer, `"${question.prompt}" wants a text`);
        const before = this.remarks.length;
        const refusal = await this.#refusal(question, answer.text, open.signal);
        if (answer.refused !== undefined) {
          assert.match(refusal ?? '(accepted)', answer.refused);
          continue;
        }
        assert.equal(refusal, undefined, `"${question.prompt}" refuses an answer`);
        if (answer.remark !== undefined) assert.match(this.remarks.slice(before).join('\n'), answer.remark);
        return answer.text;
      }
    } finally {
      open.abort();
    }
  }

  async pick<T>(place: Place, question: PickQuestion<T>, signal: AbortSignal): Promise<T | typeof BACK> {
    const open = new AbortController();
    try {
      for (;;) {
        const choices = await this.#load(question.choices, open.signal);
        const current = choices?.find((choice) => question.isCurrent?.(choice.value));
        this.#show('pick', place, question.placeholder, { choices: choices ?? [], current: current?.label });
        if (choices === undefined) {
          if (this.#retry(place, question.placeholder, signal) === BACK) return BACK;
          continue;
        }
        const answer = this.#next(place, question.placeholder, signal);
        if (answer === BACK) return BACK;
        const wanted =
          answer === KEEP
            ? current?.label
            : typeof answer === 'object' && 'pick' in answer
              ? answer.pick
              : undefined;
        const chosen = choices.find((choice) => choice.label === wanted);
        assert.ok(
          chosen !== undefined,
          `"${question.placeholder}" does not offer ${String(wanted)}, only ${choices.map((choice) => choice.label).join(', ')}`,
        );
        // As the real list: a retry goes on with what was chosen.
        for (;;) {
          try {
            await question.prepare?.(chosen.value, open.signal);
            return chosen.value;
          } catch (error) {
            if (isCancellation(error)) throw error;
            this.#remark(reasonText(error, 'Test').message);
            this.#retry(place, question.placeholder, signal);
          }
        }
      }
    } finally {
      open.abort();
    }
  }

  async pickMany<T>(
    place: Place,
    question: PickManyQuestion<T>,
    signal: AbortSignal,
  ): Promise<readonly T[] | typeof BACK> {
    const open = new AbortController();
    try {
      for (;;) {
        const choices = await this.#load(question.choices, open.signal);
        const ticked = (choices ?? []).filter((choice) => question.isPicked(choice.value));
        this.#show('pickMany', place, question.placeholder, {
          choices: choices ?? [],
          ticked: ticked.map((choice) => choice.label),
        });
        if (choices === undefined) {
          if (this.#retry(place, question.placeholder, signal) === BACK) return BACK;
          continue;
        }
        const answer = this.#next(place, question.placeholder, signal);
        if (answer === BACK) return BACK;
        if (answer === KEEP) return ticked.map((choice) => choice.value);
        assert.ok(typeof answer === 'object' && 'pickMany' in answer, `"${question.placeholder}" wants many`);
        for (const label of answer.pickMany)
          assert.ok(
            choices.some((choice) => choice.label === label),
            `there is no ${label} to tick`,
          );
        // As the real list: in the order of the rows, not of the ticking.
        return choices
          .filter((choice) => answer.pickMany.includes(choice.label))
          .map((choice) => choice.value);
      }
    } finally {
      open.abort();
    }
  }

  async search<T>(place: Place, question: SearchQuestion<T>, signal: AbortSignal): Promise<T | typeof BACK> {
    const open = new AbortController();
    const find = (text: string) => this.#load((stop) => question.find(text, stop), open.signal);
    try {
      for (;;) {
        const first = await find('');
        const all = [...question.fixed, ...(first ?? [])];
        const current = all.find((choice) => question.isCurrent?.(choice.value));
        this.#show('search', place, question.placeholder, { choices: all, current: current?.label });
        if (first === undefined && this.#persistent) {
          this.retries += 1;
          continue;
        }
        const answer = this.#next(place, question.placeholder, signal);
        if (answer === BACK) return BACK;
        if (answer === RETRY) continue;
        const found =
          typeof answer === 'object' && 'search' in answer
            ? [...question.fixed, ...(await this.#until(() => find(answer.search)))]
            : all;
        const wanted =
          answer === KEEP
            ? current?.label
            : typeof answer === 'object' && 'pick' in answer
              ? answer.pick
              : undefined;
        const chosen = found.find((choice) => choice.label === wanted);
        assert.ok(
          chosen !== undefined,
          `"${question.placeholder}" does not find ${String(wanted)}, only ${found.map((choice) => choice.label).join(', ')}`,
        );
        return chosen.value;
      }
    } finally {
      open.abort();
    }
  }

  /** The offer to load again is taken, or the way back. */
  #retry(place: Place, question: string, signal: AbortSignal): typeof RETRY | typeof BACK {
    if (this.#persistent) {
      if (signal.aborted) throw new CancelledError();
      this.retries += 1;
      return RETRY;
    }
    if (this.#answers[0] === CANCEL && !signal.aborted) {
      this.#answers.shift();
      throw new LeftUnanswered();
    }
    const answer = this.#next(place, question, signal);
    if (answer === BACK) return BACK;
    assert.equal(answer, RETRY, `"${question}" could not be filled; it offers Retry`);
    return RETRY;
  }

  /** What is found, tried again where the user does so. */
  async #until<T>(
    find: () => Promise<ReadonlyArray<PickChoice<T>> | undefined>,
  ): Promise<ReadonlyArray<PickChoice<T>>> {
    for (;;) {
      const found = await find();
      if (found !== undefined) return found;
      if (!this.#persistent) return [];
      this.retries += 1;
    }
  }

  #next(place: Place, question: string, signal: AbortSignal): Exclude<Answer, typeof CANCEL> {
    if (signal.aborted) throw new CancelledError();
    const answer = this.#answers.shift();
    assert.ok(answer !== undefined, `the user is asked "${question}" and has no answer left`);
    if (answer === CANCEL) throw new CancelledError();
    if (answer === BACK) assert.ok(place.canGoBack, `"${question}" offers no way back`);
    return answer;
  }

  async #refusal(question: InputQuestion, text: string, signal: AbortSignal): Promise<string | undefined> {
    const remark = question.check(text);
    this.#remark(remark?.text);
    if (remark?.severity === 'error') return remark.text;
    // A service that cannot answer does not stop the user.
    const remote = await question.checkRemote?.(text, signal).catch(() => undefined);
    this.#remark(remote?.text);
    if (remote?.severity === 'error') return remote.text;
    try {
      const prepared = await question.prepare?.(text, signal);
      this.#remark(prepared?.text);
      return prepared?.severity === 'error' ? prepared.text : undefined;
    } catch (error) {
      if (isCancellation(error)) throw error;
      const reason = reasonText(error, 'Test').message;
      this.#remark(reason);
      return reason;
    }
  }

  async #load<T>(
    choices: PickQuestion<T>['choices'],
    signal: AbortSignal,
  ): Promise<ReadonlyArray<PickChoice<T>> | undefined> {
    if (typeof choices !== 'function') return choices;
    try {
      return await choices(signal);
    } catch (error) {
      if (isCancellation(error)) throw error;
      this.#remark(reasonText(error, 'Test').message);
      return undefined;
    }
  }

  #remark(text: string | undefined): void {
    if (text === undefined) return;
    assert.notEqual(text, '', 'a remark says nothing');
    this.remarks.push(text);
  }

  #show<T>(
    kind: Shown['kind'],
    place: Place,
    question: string,
    rest: {
      readonly value?: string | undefined;
      readonly password?: boolean;
      readonly extra?: readonly string[];
      readonly choices?: ReadonlyArray<PickChoice<T>>;
      readonly current?: string | undefined;
      readonly ticked?: readonly string[];
    },
  ): void {
    assert.notEqual(place.title, '', 'a question has no title');
    assert.notEqual(question, '', 'a question says nothing');
    assert.ok(place.number >= 1 && place.number <= place.total, `${place.number} of ${place.total}`);
    assert.equal(place.canGoBack, place.number > 1, `the way back from question ${place.number}`);
    const choices = rest.choices ?? [];
    this.shown.push({
      kind,
      place,
      question,
      value: rest.value,
      password: rest.password ?? false,
      labels: choices.map((choice) => choice.label),
      current: rest.current,
      ticked: rest.ticked ?? [],
      texts: [
        place.title,
        question,
        rest.value ?? '',
        ...(rest.extra ?? []),
        ...choices.flatMap((choice) => [
          choice.label,
          choice.description ?? '',
          choice.detail ?? '',
          choice.group ?? '',
        ]),
      ],
    });
  }
}
