import { randomBytes } from 'node:crypto';

export interface WebviewPage {
  readonly title: string;
  /** The webview's own origin, `webview.cspSource`. */
  readonly cspSource: string;
  readonly script: string;
  readonly styles: readonly string[];
  readonly language: string;
}

/** The page of a panel: nothing may load but our script with its nonce, our styles and our font. */
export function webviewHtml(page: WebviewPage): string {
  const nonce = randomBytes(16).toString('base64');
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${page.cspSource}`,
    `font-src ${page.cspSource}`,
  ].join('; ');
  const styles = page.styles.map((href) => `<link rel="stylesheet" href="${attribute(href)}">`).join('\n  ');
  return `<!DOCTYPE html>
<html lang="${attribute(page.language)}">
<head>
  <meta charset="utf-8">
  <meta http-equiv="Content-Security-Policy" content="${attribute(policy)}">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>${attribute(page.title)}</title>
  ${styles}
</head>
<body>
  <div id="root"></div>
  <script nonce="${nonce}" src="${attribute(page.script)}"></script>
</body>
</html>`;
}

function attribute(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
