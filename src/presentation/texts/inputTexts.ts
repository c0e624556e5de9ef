import * as l10n from '@vscode/l10n';
import type { AuthProblem } from '../../webhooks/authValue';
import type { AliasReason } from '../../webhooks/imageRules';
import type { PastedTarget } from '../../webhooks/pastedTarget';
import type { WebhookAuth } from '../../webhooks/model';
import type { RankReason } from '../../webhooks/stepRules';
import type { Finding, NameReason, UrlReason } from '../../webhooks/webhookRules';
import type { Remark } from '../../wizard/ui';
import { shownUrl } from './urlText';

/** What to write instead of a name. `thing` is the localized word for what is named, for example "webhook". */
export function nameRemark(finding: Finding<NameReason>): Remark {
  return { severity: finding.severity, text: nameText(finding) };
}

function nameText(finding: Finding<NameReason>): string {
  switch (finding.reason) {
    case 'empty':
      return l10n.t('Write a name, for example "Order events".');
    case 'tooLong':
      return l10n.t('Write at most {limit} characters; this has {length}.', { ...finding.details });
    case 'edgeBlank':
      return l10n.t('Remove the blank at the beginning or end.');
    case 'lineBreak':
      return l10n.t('Write the name on one line.');
    case 'notText':
      return l10n.t('Remove the broken character; it cannot be stored.');
    case 'taken':
      return l10n.t('This environment has a webhook named "{name}" already. Write another name.', {
        ...finding.details,
      });
  }
}

/** What to write instead of a URL, or what to know about it. */
export function urlRemark(finding: Finding<UrlReason>): Remark {
  return { severity: finding.severity, text: urlText(finding) };
}

function urlText(finding: Finding<UrlReason>): string {
  const details = { ...finding.details };
  switch (finding.reason) {
    case 'empty':
      return l10n.t('Write the URL that Dataverse will call, for example https://hooks.example.com/orders.');
    case 'relative':
      return l10n.t('Write the whole URL, beginning with https://.');
    case 'malformed':
      return l10n.t('This is not a URL. Write it in the form https://host/path.');
    case 'blank':
      return l10n.t('Remove the blank, or write it as %20.');
    case 'scheme':
      return l10n.t('Write https:// or http:// instead of {scheme}:. Dataverse calls nothing else.', details);
    case 'credentials':
      return l10n.t('Remove the user name and password from the URL. Authentication is asked for next.');
    case 'fragment':
      return l10n.t('Remove the part from # on; it is never sent to a server.');
    case 'port':
      return l10n.t(
        'Remove port {port}. Dataverse calls only port 443 for https and port 80 for http.',
        details,
      );
    case 'tooLong':
      return l10n.t('Write at most {limit} characters; this has {length}.', details);
    case 'loopbackUnreachable':
      return l10n.t(
        'Write a public address. {host} is this machine, and Dataverse in the cloud cannot reach it; forward a port to get a public https address.',
        details,
      );
    case 'privateHost':
      return l10n.t(
        '{host} is an address of a private network, which Dataverse in the cloud does not reach. Write a public address, unless this one is reachable from the internet after all.',
        details,
      );
    case 'loopbackPort':
      return l10n.t(
        'Port {port} works here because this environment runs on this machine. In the cloud only 443 and 80 are called.',
        details,
      );
    case 'loopbackHttp':
      return l10n.t('http works here because this environment runs on this machine. In the cloud use https.');
    case 'notEncrypted':
      return l10n.t(
        'With http the secret and the data travel unencrypted. Write https:// if the receiver has it.',
      );
    case 'queryAndKey':
      return l10n.t(
        'This URL has a query string already, and the authentication adds to it. How Dataverse joins the two is not documented.',
      );
  }
}

/** What was recognised in a pasted text, without its secrets, and what else there is to know about its URL. */
export function pastedRemark({ source, url, auth }: PastedTarget, about: Remark | undefined): Remark {
  const recognised =
    source === 'curl'
      ? l10n.t('A curl command, recognised: the URL is {url}.', { url: shownUrl(url) })
      : l10n.t('A function URL with its key, recognised: the URL is {url}.', { url: shownUrl(url) });
  const sentences = [recognised, ...(auth === undefined ? [] : [pastedAuthText(auth)])];
  if (about !== undefined) sentences.push(about.text);
  return { severity: about?.severity ?? 'info', text: sentences.join(' ') };
}

function pastedAuthText(auth: WebhookAuth): string {
  return auth.type === 'webhookKey'
    ? l10n.t('The key goes into WebhookKey; it is not asked for again.')
    : l10n.t('{names} goes into HttpHeader; the value is not asked for again.', {
        names: auth.pairs.map((pair) => pair.name).join(', '),
      });
}

/** What to write instead of an image's alias. */
export function aliasRemark(finding: Finding<AliasReason>): Remark {
  return { severity: finding.severity, text: aliasText(finding) };
}

function aliasText(finding: Finding<AliasReason>): string {
  switch (finding.reason) {
    case 'empty':
      return l10n.t('Write an alias, for example PreImage. The receiver finds the image under it.');
    case 'characters':
      return l10n.t('Write letters, digits and _ only, without blanks.');
    case 'tooLong':
      return l10n.t('Write at most {limit} characters; this has {length}.', { ...finding.details });
    case 'taken':
      return l10n.t('{alias} is the alias of another image of this step. Write another one.', {
        ...finding.details,
      });
  }
}

/** What to write instead of a key, or of the name or value of a header or query parameter. */
export function authRemark(problem: AuthProblem): Remark {
  return { severity: 'error', text: authText(problem) };
}

function authText(problem: AuthProblem): string {
  switch (problem.reason) {
    case 'keyEmpty':
      return l10n.t('Write the key. It is sent as ?code=… with every call.');
    case 'nameEmpty':
      return l10n.t('Write a name, for example x-api-key.');
    case 'headerNameIllegal':
      return l10n.t(
        'Remove "{character}". A header name has letters, digits and the characters - _ . only.',
        {
          character: printable(problem.character),
        },
      );
    case 'headerNameReserved':
      return l10n.t('Write another name. {name} is set by Dataverse or by the connection itself.', {
        name: problem.name,
      });
    case 'nameDuplicate':
      return l10n.t('{name} is in the list already. Write another name.', { name: problem.name });
    case 'valueEmpty':
      return l10n.t('Write a value; an empty one proves nothing to the receiver.');
    case 'valueLineBreak':
      return l10n.t('Write the value on one line.');
    case 'valueNotAscii':
      return l10n.t('Write a header value with letters, digits and signs of the ASCII set only.');
    case 'valueEdgeBlank':
      return l10n.t('Remove the blank at the beginning or end; receivers cut it off.');
    case 'textNotXml':
      return l10n.t('Remove the control or broken character; it cannot be stored.');
    case 'tooLong':
      return l10n.t('Write less: {length} of at most {limit} characters with the markup around them.', {
        length: problem.length,
        limit: problem.limit,
      });
  }
}

/** What to write instead of a rank. */
export function rankRemark(finding: Finding<RankReason>): Remark {
  switch (finding.reason) {
    case 'notWhole':
      return {
        severity: 'error',
        text: l10n.t('Write a whole number, for example 1. Low numbers run first.'),
      };
    case 'outOfRange':
      return { severity: 'error', text: l10n.t('Write a number from 1 to 2147483647.') };
  }
}

/** A character a person may not be able to see, as its code point. */
function printable(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return code > 0x20 && code < 0x7f ? character : `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
}
