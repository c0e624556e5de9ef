const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  // Kept as references: a parser would turn the bare characters into spaces inside an attribute.
  '\t': '&#x9;',
  '\n': '&#xA;',
  '\r': '&#xD;',
};

/** Escapes text for an XML attribute value or element content. Lone surrogates and control characters XML 1.0 cannot carry are the caller's to refuse (`isXmlText`). */
export function escapeXml(text: string): string {
  return text.replace(/[&<>"'\t\n\r]/g, (character) => ENTITIES[character] ?? character);
}

/** False when the text has a character that XML 1.0 has no form for: controls, lone surrogates, U+FFFE and U+FFFF. */
export function isXmlText(text: string): boolean {
  // eslint-disable-next-line no-control-regex -- the point of this function is to find control characters
  return text.isWellFormed() && !/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/.test(text);
}
