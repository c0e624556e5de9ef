import type { HandlerKind, HandlerRequest } from './model';
import { secretPlaces } from './secrets';
import { fileText, markdownText } from './text';

/** How a handler of a kind is started and tested. */
const RUNNING: Readonly<Record<HandlerKind, readonly string[]>> = {
  node: [
    '`npm start` (Node 22.18 or newer; nothing has to be installed) listens at http://127.0.0.1:7071/.',
    '`npm test` sends the sample body through the handler; `npm install && npm run check` checks the types.',
  ],
  express: [
    '`npm install`, then `npm start` (Node 22.18 or newer) listens at http://127.0.0.1:7071/.',
    '`npm test` sends the sample body through the handler; `npm run check` checks the types.',
  ],
  functionsTypeScript: [
    '`npm install`, then `npm start` (with the Azure Functions Core Tools) listens at http://localhost:7071/api/.',
    '`npm test` (Node 22.18 or newer) sends the sample body through the handler.',
  ],
  functionsCSharp: [
    '`func start` in `src` (with the Azure Functions Core Tools and .NET 8) listens at http://localhost:7071/api/.',
    '`dotnet test tests` sends the sample body through the handler.',
  ],
  aspNetMinimal: [
    '`dotnet run --project src` (.NET 8) listens at http://127.0.0.1:7071/.',
    '`dotnet test tests` sends the sample body through the handler.',
  ],
};

const CARRIED = {
  webhookKey: 'the query parameter',
  httpQueryString: 'the query parameter',
  httpHeader: 'the header',
} as const;

/** `README.md` of a handler: what it is for, how it is run, what it needs to know. */
export function readmeText({ kind, step, auth }: HandlerRequest, name: string): string {
  const places = secretPlaces(auth);
  return fileText(
    `# ${name}`,
    '',
    `Handles the deliveries of the step *${markdownText(step.name)}* of the webhook *${markdownText(step.webhookName)}*.`,
    'Your work goes into `onDelivery`; the rest can be generated again.',
    '',
    ...RUNNING[kind].map((line) => `- ${line}`),
    '- F5 in VS Code with the extension Dataverse WebHooks starts its sandbox, registers the step there for this handler, and stops at',
    '  your breakpoints when a row is changed in the sandbox.',
    '',
    '## Environment variables',
    '',
    '| variable | what it holds |',
    '| --- | --- |',
    ...places.map(
      (place) =>
        `| \`${place.variable}\` | the secret of the webhook, which comes in ${CARRIED[auth.type]} ${markdownText(place.name)} |`,
    ),
    '| `DATAVERSE_URL` | address of the environment, for bodies above 256 KB, whose row is read back |',
    '| `DATAVERSE_TENANT_ID`, `DATAVERSE_CLIENT_ID`, `DATAVERSE_CLIENT_SECRET` | the application that may read the row |',
    '| `DATAVERSE_TOKEN` | instead of the application, while developing: a token for the Web API |',
    '',
    'Secrets belong into the environment or a vault, never into a file of the repository.',
    '',
    '## What Dataverse makes of the answer',
    '',
    '- 2xx within 60 seconds is success. 502, 503 and 504 bring exactly one more attempt, so a delivery may come twice.',
    step.asynchronous
      ? '- Everything else fails the system job of the step, without another attempt.'
      : '- Everything else rolls the operation back and shows the user an error.',
  );
}
