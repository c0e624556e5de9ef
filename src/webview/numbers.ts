/** A number with its groups of digits, as the language of the page writes it; in the reader's own region of it, where known. */
export function numberText(value: number): string {
  const { lang } = document.documentElement;
  const own = navigator.languages.find((language) => language.split('-')[0] === lang.split('-')[0]);
  return value.toLocaleString(own ?? (lang || undefined));
}
