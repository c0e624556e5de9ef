import { nothing } from 'lit';
import { Directive, directive, type ElementPart } from 'lit/directive.js';

/**
 * Sets properties of an element's style one by one. A style attribute would be refused by the policy of the page, and
 * with it what lit's own directive writes at first.
 */
class Styled extends Directive {
  override render(_properties: Readonly<Record<string, string>>): unknown {
    return nothing;
  }

  override update(part: ElementPart, [properties]: [Readonly<Record<string, string>>]): unknown {
    const { element } = part;
    if (element instanceof HTMLElement)
      for (const [name, value] of Object.entries(properties))
        if (element.style.getPropertyValue(name) !== value) element.style.setProperty(name, value);
    return nothing;
  }
}

export const styled = directive(Styled);
