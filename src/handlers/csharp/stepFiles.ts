import { pascalCase, Scope } from '../identifiers';
import type { HandlerAuth, HandlerStep } from '../model';
import { nameTable, type NamedTable } from '../names';
import { secretPlaces } from '../secrets';
import { doubleQuoted, fileText, xmlCommentText } from '../text';
import { selected } from '../typescript/stepFiles';
import { AUTHENTICATION_COMPARISON, READ_BACK_CALLS } from './core.data';

/** `Authentication.cs`: what the webhook's requests must carry (FACTS 5.1). */
export function authenticationFile(auth: HandlerAuth): string {
  const places = secretPlaces(auth);
  const from = auth.type === 'httpHeader' ? 'Header' : 'Query';
  const last = places.length - 1;
  return fileText(
    `#nullable enable`,
    `using System;`,
    `using System.Security.Cryptography;`,
    `using System.Text;`,
    '',
    `namespace DataverseWebhook`,
    `{`,
    `    public static class Authentication`,
    `    {`,
    `        /// <summary>Whether a request carries the secret of the webhook. Secrets come from the environment only.</summary>`,
    `        public static bool IsAuthentic(WebhookRequest request)`,
    `        {`,
    `            // All are compared (no &&), so that the time does not tell which of them was right.`,
    `            return true`,
    ...places.map(
      ({ name, variable }, index) =>
        `                & IsEqual(request.${from}(${doubleQuoted(name)}), Secret("${variable}"))${index === last ? ';' : ''}`,
    ),
    ...(places.length === 0 ? [`                & false;`] : []),
    `        }`,
    '',
    `        /// <summary>Throws when a secret is not set.</summary>`,
    `        public static void CheckSecrets()`,
    `        {`,
    ...places.map(({ variable }) => `            Secret("${variable}");`),
    `        }`,
    '',
    AUTHENTICATION_COMPARISON,
    `    }`,
    `}`,
  );
}

/** `Delivery.cs`: the context with the columns of the step's table. */
export function deliveryFile(step: HandlerStep): string {
  const table = step.table === undefined ? undefined : nameTable(step.table);
  const row = table?.identifier ?? 'Entity';
  return fileText(
    `#nullable enable`,
    `using System;`,
    `using System.Text.Json;`,
    `using System.Threading;`,
    `using System.Threading.Tasks;`,
    '',
    `namespace DataverseWebhook`,
    `{`,
    `    /// <summary>One call of the webhook.</summary>`,
    `    public sealed class Delivery`,
    `    {`,
    `        private Delivery(JsonElement context, ${row}? target, bool isReadBack)`,
    `        {`,
    `            Context = context;`,
    `            Target = target;`,
    `            IsReadBack = isReadBack;`,
    `        }`,
    '',
    deliveryMembers(row),
    '',
    ...imageMembers(step, row, 'pre'),
    ...imageMembers(step, row, 'post'),
    deliveryReader(row, table),
    `    }`,
    `}`,
  );
}

function deliveryMembers(row: string): readonly string[] {
  return `        /// <summary>The whole execution context.</summary>
        public JsonElement Context { get; }

        public string Message => Json.Text(Json.Member(Context, "MessageName")) ?? "";

        public string Table => Json.Text(Json.Member(Context, "PrimaryEntityName")) ?? "";

        /// <summary>Id of the row; zeros where the message has none.</summary>
        public Guid RowId => Guid.TryParse(Json.Text(Json.Member(Context, "PrimaryEntityId")), out var id) ? id : Guid.Empty;

        /// <summary>
        /// The columns that were sent, and those that Dataverse set with them. Null for messages such as Delete, which only
        /// refer to the row. A column that is absent was not changed.
        /// </summary>
        public ${row}? Target { get; }

        /// <summary>The row that a message such as Delete refers to.</summary>
        public EntityReference? Reference => Target == null ? EntityReference.From(Given(Context)) : null;

        /// <summary>
        /// The body was above 256 KB and came without its columns and images. Target is the row as it is now, read back over
        /// the Web API, and null where it is not there any more.
        /// </summary>
        public bool IsReadBack { get; }

        /// <summary>
        /// The same for both attempts of one delivery. After 502, 503 and 504 Dataverse tries once more, even where the first
        /// attempt did its work: keep the keys of what is done, or do work that may be done twice. Null in old bodies.
        /// </summary>
        public string? Key
        {
            get
            {
                // An asynchronous step has an operation of its own for each delivery.
                if (Json.Number(Json.Member(Context, "Mode"))?.GetInt32() == 1) return Json.Text(Json.Member(Context, "OperationId"));
                var request = Json.Text(Json.Member(Context, "RequestId"));
                if (request == null) return null;
                return request + "/" + Json.Text(Json.Member(Json.Member(Context, "OwningExtension"), "Id")) + "/" + RowId;
            }
        }`.split('\n');
}

/** A property for each image of the step. */
function imageMembers(step: HandlerStep, row: string, type: 'pre' | 'post'): readonly string[] {
  const images = step.images.filter((image) => image.type === type || image.type === 'both');
  const scope = new Scope();
  const member = type === 'pre' ? 'PreEntityImages' : 'PostEntityImages';
  const when = type === 'pre' ? 'before' : 'after';
  return [...new Set(images.map(({ alias }) => alias))].flatMap((alias) => [
    `        /// <summary>The row as it was ${when} the operation: image ${xmlCommentText(alias)}. Columns without a value are absent.</summary>`,
    `        public ${row}? ${scope.add(`${type === 'pre' ? 'Before' : 'After'}${pascalCase(alias, 'Image')}`)} => Image("${member}", ${doubleQuoted(alias)});`,
    '',
  ]);
}

function deliveryReader(row: string, table: NamedTable | undefined): readonly string[] {
  const made = (entity: string): string => (table === undefined ? entity : `new ${row}(${entity})`);
  return `        /// <summary>Reads a context. Throws what ReadBack does.</summary>
        public static async Task<Delivery> FromAsync(JsonElement context, bool isTrimmed, CancellationToken cancellation)
        {
            var entity = isTrimmed
                ? await ReadBack.ReadAsync(context, cancellation).ConfigureAwait(false)
                : Entity.From(Given(context));
            return new Delivery(context, entity == null ? null : ${made('entity')}, isTrimmed);
        }

        private static JsonElement? Given(JsonElement context)
        {
            var parameters = Json.Member(context, "InputParameters");
            return Json.Find(parameters, "Target") ?? Json.Find(parameters, "EntityMoniker");
        }

        private ${row}? Image(string list, string alias)
        {
            var entity = Entity.From(Json.Find(Json.Member(Context, list), alias));
            return entity == null ? null : ${made('entity')};
        }`.split('\n');
}

const READ_BACK_USINGS = [
  ...[
    'System',
    'System.Collections.Generic',
    'System.Globalization',
    'System.Linq',
    'System.Net.Http',
    'System.Text.Json',
  ],
  ...['System.Threading', 'System.Threading.Tasks'],
].map((name) => `using ${name};`);

/** `ReadBack.cs`: the row of a body that was too large (FACTS 17.6). */
export function readBackFile(step: HandlerStep): string {
  const table = step.table === undefined ? undefined : nameTable(step.table);
  const body = table?.entitySet === undefined ? noReadBack() : readBack(step, table, table.entitySet);
  return fileText(
    `#nullable enable`,
    ...READ_BACK_USINGS,
    '',
    `namespace DataverseWebhook`,
    `{`,
    `    public static class ReadBack`,
    `    {`,
    body,
    `    }`,
    `}`,
  );
}

function readBack(step: HandlerStep, table: NamedTable, entitySet: string): readonly string[] {
  const columns = selected(step, table).map((name) => encodeURIComponent(name.toWellFormed()));
  const select = columns.length === 0 ? '' : `?$select=${columns.join(',')}`;
  return `        /// <summary>
        /// The row of a context whose columns were removed, as it is now; null when it is gone. DATAVERSE_URL is the address of
        /// the environment. The correlation id goes along, so that the request can be found beside the operation (that the
        /// service keeps it is not documented).
        /// </summary>
        public static async Task<Entity?> ReadAsync(JsonElement context, CancellationToken cancellation)
        {
            var url = Setting("DATAVERSE_URL").TrimEnd('/');
            Guid id;
            if (!Guid.TryParse(Json.Text(Json.Member(context, "PrimaryEntityId")), out id)) return null;
            var path = "/api/data/v9.2/" + Uri.EscapeDataString(${doubleQuoted(entitySet)}) + "(" + id + ")" + ${doubleQuoted(select)};
            using (var request = new HttpRequestMessage(HttpMethod.Get, url + path))
            {
                request.Headers.Add("Accept", "application/json");
                request.Headers.Add("Authorization", "Bearer " + await AccessTokenAsync(url, cancellation).ConfigureAwait(false));
                request.Headers.Add("OData-Version", "4.0");
                request.Headers.Add("OData-MaxVersion", "4.0");
                request.Headers.Add("Prefer", "odata.include-annotations=\\"*\\"");
                request.Headers.Add("x-ms-correlation-request-id", Json.Text(Json.Member(context, "CorrelationId")) ?? "");
                using (var response = await SendAsync(request, cancellation).ConfigureAwait(false))
                {
                    if ((int)response.StatusCode == 404) return null;
                    if (!response.IsSuccessStatusCode) throw new InvalidOperationException("The row could not be read back: status " + (int)response.StatusCode);
                    var row = await JsonOfAsync(response).ConfigureAwait(false);
                    return EntityOf(row, id, Json.Text(Json.Member(context, "PrimaryEntityName")) ?? "", ${table.identifier}.Kinds);
                }
            }
        }

${READ_BACK_CALLS}`.split('\n');
}

/** A step on any table: which set a row is in, only the metadata of the environment tells. */
function noReadBack(): readonly string[] {
  return `        /// <summary>
        /// A body above 256 KB comes without its columns. To read the row back, write here from which entity set: the step is
        /// not for one table.
        /// </summary>
        public static Task<Entity?> ReadAsync(JsonElement context, CancellationToken cancellation)
        {
            cancellation.ThrowIfCancellationRequested();
            throw new ConfigurationException("The body was above 256 KB; ReadBack.cs does not read its row yet.");
        }`.split('\n');
}

/** `OnDelivery.cs`: the place for the user's own work. */
export function onDeliveryFile(step: HandlerStep): string {
  const table = step.table === undefined ? undefined : nameTable(step.table);
  const wanted = table?.named.find(
    ({ name, type }) => step.filteringColumns.includes(name) && type !== 'DateTime',
  );
  const shown = wanted ?? table?.named.find(({ type }) => type === 'String' || type === 'Memo');
  return fileText(
    `#nullable enable`,
    `using System;`,
    `using System.Threading;`,
    `using System.Threading.Tasks;`,
    '',
    `namespace DataverseWebhook`,
    `{`,
    `    public static class OnDelivery`,
    `    {`,
    `        /// <summary>`,
    `        /// Your work: called with every delivery of ${xmlCommentText(step.name)} that is authentic and complete.`,
    `        /// Return when it is done, within 50 seconds; long work belongs into a queue. Throw a TemporaryFailureException for`,
    `        /// what may go well a little later: Dataverse makes one more attempt. Throw anything else for a failure${step.asynchronous ? ': the' : ':'}`,
    step.asynchronous
      ? `        /// system job fails, and nobody tries again.`
      : `        /// the operation in Dataverse is rolled back.`,
    `        /// The same delivery may come twice; <c>delivery.Key</c> tells (see there).`,
    `        /// </summary>`,
    `        public static Task HandleAsync(Delivery delivery, CancellationToken cancellation)`,
    `        {`,
    `            cancellation.ThrowIfCancellationRequested();`,
    `            Console.WriteLine(delivery.Message + " of " + delivery.Table + " " + delivery.RowId);`,
    ...(shown === undefined
      ? []
      : [
          `            if (delivery.Target != null && delivery.Target.Entity.Has(${doubleQuoted(shown.name)}))`,
          `                Console.WriteLine(${doubleQuoted(`${shown.identifier}: `)} + delivery.Target.${shown.identifier});`,
        ]),
    `            return Task.CompletedTask;`,
    `        }`,
    `    }`,
    `}`,
  );
}
