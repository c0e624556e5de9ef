/** How the reader writes numbers and times; undefined for what is usual on this machine. */
let locale: string | undefined;
let numbers = new Intl.NumberFormat();
let moments = momentFormat();

/**
 * Numbers and times are written as in the language of the sentences around them: the extension may run on a machine with
 * another one. Where it has the same, the usage of its region stays, as in day before month.
 * @param language of the editor, a BCP 47 tag; one that is not known here changes nothing
 */
export function setReaderLocale(language: string): void {
  const usual = new Intl.NumberFormat().resolvedOptions().locale;
  const [known] = supported(language);
  locale = known === undefined || languageOf(usual) === languageOf(known) ? undefined : known;
  numbers = new Intl.NumberFormat(locale);
  moments = momentFormat();
}

/** The locale for formats of one's own. */
export function readerLocale(): string | undefined {
  return locale;
}

/** A number with its groups of digits. */
export function numberText(value: number): string {
  return numbers.format(value);
}

/** A time by the clock of this machine, to the second. */
export function momentText(date: Date): string {
  return Number.isNaN(date.getTime()) ? '' : moments.format(date);
}

function momentFormat(): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat(locale, {
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
    second: '2-digit',
  });
}

function supported(language: string): readonly string[] {
  try {
    return Intl.DateTimeFormat.supportedLocalesOf(language);
  } catch {
    return [];
  }
}

function languageOf(tag: string): string {
  return tag.split('-')[0] ?? tag;
}
