import * as l10n from '@vscode/l10n';
import type { Disposable } from '../../base/disposable';
import { isCancellation } from '../../base/errors';
import { readableFetchXml, readableWebApi } from '../../jobs/queryText';
import type { QueryChecked, QueryMark, QueryTranslation } from '../../protocol/queries';
import type { QueryProblem } from '../../queries/problem';
import { withSchema, type SchemaSource } from '../../queries/schema';
import type { Translation, Untranslated } from '../../queries/translation';
import { namesProblems, translationOf } from '../../queries/inSchema';
import { problemsOf, type WrittenQuery } from '../../queries/written';
import { noteText, problemText, untranslatedText } from './queryTexts';

/** Marks and reasons that are shown; more would not be read. */
const MOST = 50;

/** Checks the queries of one page as they are written; a new question ends the one before. */
export class QueryDesk implements Disposable {
  readonly #source: SchemaSource;
  readonly #tell: (checked: QueryChecked) => void;
  readonly #onFailure: (error: unknown) => void;
  #asking: AbortController | undefined;

  constructor(
    source: SchemaSource,
    tell: (checked: QueryChecked) => void,
    onFailure: (error: unknown) => void,
  ) {
    this.#source = source;
    this.#tell = tell;
    this.#onFailure = onFailure;
  }

  /** Tells what is wrong with a query, at once what its language says, then what the environment does. Never rejects. */
  async check(query: WrittenQuery, serial: number): Promise<void> {
    this.#asking?.abort();
    const asking = new AbortController();
    this.#asking = asking;
    const own = problemsOf(query);
    this.#tell({ serial, marks: marksOf(query.text, own) });
    if (own.some(({ severity }) => severity === 'malformed')) return;
    try {
      const found = await withSchema(this.#source, asking.signal, (schema) => ({
        problems: namesProblems(query, schema),
        translation: translationOf(query, schema),
      }));
      if (asking.signal.aborted) return;
      const problems = [...own, ...found.problems];
      const translation = translationShown(query, withoutMarked(found.translation, problems));
      this.#tell({ serial, marks: marksOf(query.text, problems), translation });
    } catch (error) {
      // Without the environment's tables there is nothing to add.
      if (!isCancellation(error) && !asking.signal.aborted) this.#onFailure(error);
    }
  }

  dispose(): void {
    this.#asking?.abort();
  }
}

function marksOf(text: string, problems: readonly QueryProblem[]): QueryMark[] {
  return problems.slice(0, MOST).map((problem) => ({
    ...problem.range,
    malformed: problem.severity === 'malformed',
    text: placedText(text, problem, problemText(problem)),
  }));
}

/** A sentence about a place, with its line where there are several. */
function placedText(text: string, { range }: Pick<QueryProblem, 'range'>, sentence: string): string {
  if (!text.trim().includes('\n')) return sentence;
  const line = text.slice(0, range.start).split('\n').length;
  return l10n.t('Line {line}: {problem}', { line, problem: sentence });
}

/** The reasons that are not said already by a mark at their place. */
function withoutMarked(translation: Translation, problems: readonly QueryProblem[]): Translation {
  if (translation.kind === 'exact') return translation;
  const isMarked = ({ range }: Untranslated): boolean =>
    problems.some((problem) => problem.range.start < range.end && range.start < problem.range.end);
  return { ...translation, reasons: translation.reasons.filter((reason) => !isMarked(reason)) };
}

/** Why a text does not translate, each reason once, with its place. */
export function reasonTexts(text: string, reasons: readonly Untranslated[]): readonly string[] {
  const sentences = reasons.map((reason) => placedText(text, reason, untranslatedText(reason)));
  return [...new Set(sentences)].slice(0, MOST);
}

function translationShown({ language, text }: WrittenQuery, translation: Translation): QueryTranslation {
  const other = language === 'fetchXml' ? l10n.t('Web API') : l10n.t('FetchXML');
  if (translation.kind === 'none') {
    if (translation.reasons.length === 0)
      return {
        summary: l10n.t('Correct what is marked; then it may translate into {language}.', {
          language: other,
        }),
        lines: [],
      };
    return {
      summary: l10n.t('Does not translate exactly into {language}:', { language: other }),
      lines: [...reasonTexts(text, translation.reasons)],
    };
  }
  return {
    text: readable(language, translation.text),
    summary: l10n.t('Translates exactly into {language}.', { language: other }),
    lines: translation.notes.map(noteText),
  };
}

/** A translation of a query in a language, laid out to be read. */
export function readable(from: WrittenQuery['language'], translation: string): string {
  return from === 'fetchXml' ? readableWebApi(translation) : readableFetchXml(translation);
}
