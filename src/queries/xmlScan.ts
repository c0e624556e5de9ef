import type { Range } from './problem';

/** An attribute with the places of its parts. */
export interface XmlAttribute {
  readonly name: string;
  readonly nameRange: Range;
  /** With the references resolved. */
  readonly value: string;
  /** Between the quotes; undefined for a name alone. */
  readonly valueRange: Range | undefined;
}

/** An element with the places of its parts. */
export interface XmlNode {
  readonly name: string;
  readonly nameRange: Range;
  /** From `<` to behind the end tag, or as far as the element goes. */
  readonly range: Range;
  /** Behind the start tag. */
  readonly tagEnd: number;
  readonly attributes: readonly XmlAttribute[];
  readonly children: readonly XmlNode[];
  readonly parent: XmlNode | undefined;
  /** The text directly inside. */
  readonly text: string;
}

/** A text that is XML, or is going to be. */
export interface XmlText {
  readonly roots: readonly XmlNode[];
  /** Comments, declarations and the like, in which nothing is completed. */
  readonly skipped: readonly Range[];
}

interface OpenNode extends XmlNode {
  range: Range;
  tagEnd: number;
  readonly attributes: XmlAttribute[];
  readonly children: XmlNode[];
  text: string;
}

/** What is passed over whole, by how it begins and ends. */
const SKIPPED: ReadonlyArray<readonly [string, string]> = [
  ['<!--', '-->'],
  ['<?', '?>'],
  ['<!', '>'],
];

const NAME = /[^\s=/>"'<&]+/y;
const BLANK = /\s*/y;

/**
 * Reads a text that may be half-written XML, and never fails: for the places of things, and for what stands around a
 * caret. Whether the text is well-formed is for a real parser to say. Takes time in proportion to the text.
 */
export function scanXml(text: string): XmlText {
  return new Scanner(text).scan();
}

class Scanner {
  readonly #text: string;
  readonly #roots: XmlNode[] = [];
  readonly #skipped: Range[] = [];
  readonly #stack: OpenNode[] = [];
  /** How many elements of a name are open: an end tag of nothing must not search the whole stack. */
  readonly #names = new Map<string, number>();
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  scan(): XmlText {
    while (this.#at < this.#text.length) {
      const next = this.#text.indexOf('<', this.#at);
      const end = next < 0 ? this.#text.length : next;
      const open = this.#open;
      if (open !== undefined && end > this.#at) open.text += unescapeXml(this.#text.slice(this.#at, end));
      this.#at = end;
      if (next >= 0) this.#markup();
    }
    while (this.#stack.length > 0) this.#close(this.#text.length);
    return { roots: this.#roots, skipped: this.#skipped };
  }

  #markup(): void {
    if (this.#text.startsWith('<![CDATA[', this.#at)) {
      const { start, end } = this.#skip('<![CDATA[', ']]>');
      const open = this.#open;
      if (open !== undefined) open.text += this.#text.slice(start + 9, end).replace(/\]\]>$/, '');
      return;
    }
    const known = SKIPPED.find(([begin]) => this.#text.startsWith(begin, this.#at));
    if (known !== undefined) this.#skip(...known);
    else if (this.#text.startsWith('</', this.#at)) this.#endTag();
    else this.#startTag();
  }

  #skip(begin: string, end: string): Range {
    const found = this.#text.indexOf(end, this.#at + begin.length);
    const range = { start: this.#at, end: found < 0 ? this.#text.length : found + end.length };
    this.#skipped.push(range);
    this.#at = range.end;
    return range;
  }

  #take(pattern: RegExp): Range {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text);
    const range = { start: this.#at, end: this.#at + (found?.[0].length ?? 0) };
    this.#at = range.end;
    return range;
  }

  #startTag(): void {
    const start = this.#at;
    this.#at += 1;
    const nameRange = this.#take(NAME);
    const node: OpenNode = {
      name: this.#text.slice(nameRange.start, nameRange.end),
      nameRange,
      range: { start, end: start },
      tagEnd: start,
      attributes: [],
      children: [],
      parent: this.#open,
      text: '',
    };
    (this.#open?.children ?? this.#roots).push(node);
    this.#stack.push(node);
    this.#names.set(node.name, (this.#names.get(node.name) ?? 0) + 1);
    for (;;) {
      this.#take(BLANK);
      const character = this.#text[this.#at];
      if (character === undefined || character === '<') break;
      if (character === '>' || this.#text.startsWith('/>', this.#at)) {
        this.#at += character === '>' ? 1 : 2;
        node.tagEnd = this.#at;
        if (character === '/') this.#close(this.#at);
        return;
      }
      const attribute = this.#attribute();
      if (attribute === undefined) this.#at += 1;
      else node.attributes.push(attribute);
    }
    node.tagEnd = this.#at;
  }

  #attribute(): XmlAttribute | undefined {
    const nameRange = this.#take(NAME);
    if (nameRange.end === nameRange.start) return undefined;
    const name = this.#text.slice(nameRange.start, nameRange.end);
    const behind = this.#at;
    this.#take(BLANK);
    if (this.#text[this.#at] !== '=') {
      this.#at = behind;
      return { name, nameRange, value: '', valueRange: undefined };
    }
    this.#at += 1;
    this.#take(BLANK);
    const quote = this.#text[this.#at];
    if (quote !== '"' && quote !== "'") return { name, nameRange, value: '', valueRange: undefined };
    this.#at += 1;
    // A value that is not closed ends where the next tag begins, or with its line.
    const valueRange = this.#take(quote === '"' ? /[^"<]*/y : /[^'<]*/y);
    if (this.#text[this.#at] === quote) {
      this.#at += 1;
      return this.#valued(name, nameRange, valueRange);
    }
    const line = this.#text.slice(valueRange.start, valueRange.end).search(/[\r\n>]/);
    const end = line < 0 ? valueRange.end : valueRange.start + line;
    this.#at = end;
    return this.#valued(name, nameRange, { start: valueRange.start, end });
  }

  #valued(name: string, nameRange: Range, valueRange: Range): XmlAttribute {
    const value = unescapeXml(this.#text.slice(valueRange.start, valueRange.end));
    return { name, nameRange, value, valueRange };
  }

  #endTag(): void {
    const start = this.#at;
    this.#at += 2;
    const { start: from, end: to } = this.#take(NAME);
    const name = this.#text.slice(from, to);
    this.#take(/[^<>]*/y);
    if (this.#text[this.#at] === '>') this.#at += 1;
    if ((this.#names.get(name) ?? 0) === 0) return;
    while (this.#open !== undefined && this.#open.name !== name) this.#close(start);
    this.#close(this.#at);
  }

  get #open(): OpenNode | undefined {
    return this.#stack.at(-1);
  }

  #close(end: number): void {
    const node = this.#stack.pop();
    if (node === undefined) return;
    node.range = { start: node.range.start, end };
    this.#names.set(node.name, (this.#names.get(node.name) ?? 1) - 1);
  }
}

const REFERENCES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** Resolves the references of XML; one that is none stays as it is. */
function unescapeXml(text: string): string {
  return text.replace(
    /&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(amp|lt|gt|quot|apos));/gi,
    (whole, hex, decimal, name) => {
      if (typeof name === 'string') return REFERENCES[name] ?? whole;
      const code = typeof hex === 'string' ? parseInt(hex, 16) : Number(decimal);
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    },
  );
}

/** The value of an attribute; undefined when it is not there. */
export function valueOf(node: XmlNode, name: string): string | undefined {
  return attributeOf(node, name)?.value;
}

/** An attribute by its name. */
export function attributeOf(node: XmlNode, name: string): XmlAttribute | undefined {
  return node.attributes.find((attribute) => attribute.name === name);
}

/** The children of a name. */
export function childrenOf(node: XmlNode, name: string): readonly XmlNode[] {
  return node.children.filter((child) => child.name === name);
}

/** Where an attribute's value stands, or the whole attribute, or else the name of the element. */
export function placeOf(node: XmlNode, name: string): Range {
  const attribute = attributeOf(node, name);
  if (attribute === undefined) return node.nameRange;
  const { valueRange, nameRange } = attribute;
  return valueRange === undefined || valueRange.start === valueRange.end ? nameRange : valueRange;
}

/** A node and all below it, in the order of the text; as deep as it may be. */
export function* nodesOf(roots: readonly XmlNode[]): Iterable<XmlNode> {
  const left = [...roots].reverse();
  for (let node = left.pop(); node !== undefined; node = left.pop()) {
    yield node;
    for (let at = node.children.length - 1; at >= 0; at -= 1) {
      const child = node.children[at];
      if (child !== undefined) left.push(child);
    }
  }
}
