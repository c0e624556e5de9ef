/** Files of a C# handler that are the same for every step, as text. Language of C# 7 with nullable annotations. */

export const EXECUTION_CONTEXT = `#nullable enable
using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace DataverseWebhook
{
    /// <summary>How the values of a column travel.</summary>
    public enum ColumnKind
    {
        Text,
        Guid,
        Flag,
        Number,
        Date,
        Choice,
        Choices,
        Money,
        Reference,
        Parties,
        Unknown,
    }

    /// <summary>A reference to a row: the value of a lookup, and the Target of Delete.</summary>
    public sealed class EntityReference
    {
        public EntityReference(Guid id, string logicalName, string? name)
        {
            Id = id;
            LogicalName = logicalName;
            Name = name;
        }

        public Guid Id { get; }

        public string LogicalName { get; }

        public string? Name { get; }

        /// <summary>The reference in a value; null for anything else.</summary>
        public static EntityReference? From(JsonElement? json)
        {
            var id = Json.Text(Json.Member(json, "Id"));
            var table = Json.Text(Json.Member(json, "LogicalName"));
            if (table == null || !Guid.TryParse(id, out var parsed)) return null;
            return new EntityReference(parsed, table, Json.Text(Json.Member(json, "Name")));
        }
    }

    /// <summary>A row, or a part of one: Target of Create and Update, an image. Values keep their form on the wire.</summary>
    public sealed class Entity
    {
        private readonly IReadOnlyDictionary<string, JsonElement> attributes;

        public Entity(Guid id, string logicalName, IReadOnlyDictionary<string, JsonElement> attributes)
        {
            Id = id;
            LogicalName = logicalName;
            this.attributes = attributes;
        }

        /// <summary>Id of the row.</summary>
        public Guid Id { get; }

        public string LogicalName { get; }

        /// <summary>Logical names of the columns that came.</summary>
        public IEnumerable<string> Columns => attributes.Keys;

        /// <summary>The row in a value; null for anything else.</summary>
        public static Entity? From(JsonElement? json)
        {
            var list = Json.Member(json, "Attributes");
            if (list == null || list.Value.ValueKind != JsonValueKind.Array) return null;
            var found = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
            foreach (var pair in Json.Pairs(list)) found[pair.Key] = pair.Value;
            Guid.TryParse(Json.Text(Json.Member(json, "Id")), out var id);
            return new Entity(id, Json.Text(Json.Member(json, "LogicalName")) ?? "", found);
        }

        /// <summary>Whether the column came, if only with null: it was cleared then.</summary>
        public bool Has(string column)
        {
            return attributes.ContainsKey(column);
        }

        /// <summary>A value as it travels; null where it did not come or is null.</summary>
        public JsonElement? ValueOf(string column)
        {
            if (!attributes.TryGetValue(column, out var value) || value.ValueKind == JsonValueKind.Null) return null;
            return value;
        }

        public string? TextOf(string column)
        {
            return Json.Text(ValueOf(column));
        }

        public Guid? IdOf(string column)
        {
            return Guid.TryParse(TextOf(column), out var id) ? id : (Guid?)null;
        }

        public bool? FlagOf(string column)
        {
            var value = ValueOf(column);
            if (value == null) return null;
            if (value.Value.ValueKind == JsonValueKind.True) return true;
            return value.Value.ValueKind == JsonValueKind.False ? false : (bool?)null;
        }

        public int? WholeOf(string column)
        {
            return Json.Number(ValueOf(column)) is JsonElement number && number.TryGetInt32(out var value) ? value : (int?)null;
        }

        public long? BigWholeOf(string column)
        {
            return Json.Number(ValueOf(column)) is JsonElement number && number.TryGetInt64(out var value) ? value : (long?)null;
        }

        public double? DoubleOf(string column)
        {
            return Json.Number(ValueOf(column)) is JsonElement number && number.TryGetDouble(out var value) ? value : (double?)null;
        }

        public decimal? DecimalOf(string column)
        {
            return Json.Number(ValueOf(column)) is JsonElement number && number.TryGetDecimal(out var value) ? value : (decimal?)null;
        }

        public decimal? MoneyOf(string column)
        {
            var amount = Json.Number(Json.Member(ValueOf(column), "Value"));
            return amount is JsonElement number && number.TryGetDecimal(out var value) ? value : (decimal?)null;
        }

        public int? ChoiceOf(string column)
        {
            return Json.Choice(ValueOf(column));
        }

        public IReadOnlyList<int>? ChoicesOf(string column)
        {
            var list = ValueOf(column);
            if (list == null || list.Value.ValueKind != JsonValueKind.Array) return null;
            return list.Value.EnumerateArray().Select(item => Json.Choice(item)).Where(value => value != null).Select(value => value.GetValueOrDefault()).ToList();
        }

        public DateTimeOffset? DateOf(string column)
        {
            return WireDates.Parse(TextOf(column));
        }

        public EntityReference? ReferenceOf(string column)
        {
            return EntityReference.From(ValueOf(column));
        }

        /// <summary>The parties of an activity. The shape is not documented; this is the one that was seen.</summary>
        public IReadOnlyList<Entity>? PartiesOf(string column)
        {
            var list = Json.Member(ValueOf(column), "Entities");
            if (list == null || list.Value.ValueKind != JsonValueKind.Array) return null;
            var found = new List<Entity>();
            foreach (var item in list.Value.EnumerateArray())
            {
                var entity = From(item);
                if (entity != null) found.Add(entity);
            }

            return found;
        }
    }

    /// <summary>Dates as webhooks carry them: <c>/Date(1741086127000)/</c>, milliseconds since 1970 UTC.</summary>
    public static class WireDates
    {
        private static readonly Regex Form = new Regex("^/Date\\\\((-?[0-9]{1,15})([+-][0-9]{4})?\\\\)/$", RegexOptions.CultureInvariant);

        /// <summary>The moment; null for a text of another form. An offset only tells the zone of the server.</summary>
        public static DateTimeOffset? Parse(string? text)
        {
            var match = Form.Match(text ?? "");
            if (!match.Success) return null;
            try
            {
                return DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture));
            }
            catch (ArgumentOutOfRangeException)
            {
                return null;
            }
        }

        /// <summary>A moment as it travels.</summary>
        public static string Format(DateTimeOffset moment)
        {
            return "/Date(" + moment.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture) + ")/";
        }
    }

    /// <summary>Reads JSON without throwing: what is not there or of another kind is null.</summary>
    internal static class Json
    {
        public static JsonElement? Member(JsonElement? json, string name)
        {
            if (json == null || json.Value.ValueKind != JsonValueKind.Object) return null;
            return json.Value.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : (JsonElement?)null;
        }

        public static string? Text(JsonElement? json)
        {
            return json != null && json.Value.ValueKind == JsonValueKind.String ? json.Value.GetString() : null;
        }

        public static JsonElement? Number(JsonElement? json)
        {
            return json != null && json.Value.ValueKind == JsonValueKind.Number ? json : null;
        }

        public static int? Choice(JsonElement? json)
        {
            return Number(Member(json, "Value")) is JsonElement number && number.TryGetInt32(out var value) ? value : (int?)null;
        }

        /// <summary>A dictionary, which travels as an array of key and value.</summary>
        public static IReadOnlyList<KeyValuePair<string, JsonElement>> Pairs(JsonElement? json)
        {
            var found = new List<KeyValuePair<string, JsonElement>>();
            if (json == null || json.Value.ValueKind != JsonValueKind.Array) return found;
            foreach (var item in json.Value.EnumerateArray())
            {
                var key = Text(Member(item, "key"));
                if (key != null && item.TryGetProperty("value", out var value)) found.Add(new KeyValuePair<string, JsonElement>(key, value));
            }

            return found;
        }

        public static JsonElement? Find(JsonElement? pairs, string key)
        {
            foreach (var pair in Pairs(pairs))
            {
                if (pair.Key == key) return pair.Value;
            }

            return null;
        }
    }
}`;

export const FAILURES = `#nullable enable
using System;

namespace DataverseWebhook
{
    /// <summary>Something that may go well a little later. It is answered with 503, and Dataverse makes exactly one more attempt.</summary>
    public sealed class TemporaryFailureException : Exception
    {
        public TemporaryFailureException(string message, Exception? cause = null)
            : base(message, cause)
        {
        }
    }

    /// <summary>A setting of the handler is missing.</summary>
    public sealed class ConfigurationException : Exception
    {
        public ConfigurationException(string message)
            : base(message)
        {
        }
    }
}`;

export const WEBHOOK = `#nullable enable
using System;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;

namespace DataverseWebhook
{
    /// <summary>A request, whatever received it.</summary>
    public sealed class WebhookRequest
    {
        public WebhookRequest(string method, Func<string, string?> header, Func<string, string?> query, string body)
        {
            Method = method;
            Header = header;
            Query = query;
            Body = body;
        }

        public string Method { get; }

        /// <summary>The value of a header by its name, whose case does not count.</summary>
        public Func<string, string?> Header { get; }

        /// <summary>The value of a query parameter by its name.</summary>
        public Func<string, string?> Query { get; }

        public string Body { get; }
    }

    /// <summary>The answer. Dataverse looks at the status only.</summary>
    public sealed class WebhookResponse
    {
        public WebhookResponse(int status, string body)
        {
            Status = status;
            Body = body;
        }

        public int Status { get; }

        public string Body { get; }
    }

    public static class Webhook
    {
        /// <summary>
        /// How long the work may take. Dataverse waits 60 seconds for the answer and counts none as a failure; work that takes
        /// longer belongs into a queue, and the delivery is done when it is in there.
        /// </summary>
        private static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(50);

        /// <summary>
        /// Handles one request. What Dataverse makes of the status: 2xx is success; 502, 503 and 504 bring exactly one more
        /// attempt; everything else is a failure. A failed asynchronous step is a failed system job, a failed synchronous one
        /// rolls the operation back.
        /// </summary>
        public static async Task<WebhookResponse> HandleAsync(WebhookRequest request, Func<Delivery, CancellationToken, Task> work)
        {
            using (var limit = new CancellationTokenSource(TimeLimit))
            {
                try
                {
                    return await HandleInTimeAsync(request, work, limit.Token).ConfigureAwait(false);
                }
                catch (Exception error)
                {
                    Console.Error.WriteLine(error);
                    return Failure(error, limit.IsCancellationRequested);
                }
            }
        }

        private static async Task<WebhookResponse> HandleInTimeAsync(
            WebhookRequest request,
            Func<Delivery, CancellationToken, Task> work,
            CancellationToken cancellation)
        {
            if (request.Method != "POST") return new WebhookResponse(405, "A webhook is called with POST.");
            if (!Authentication.IsAuthentic(request)) return new WebhookResponse(401, "The request does not prove that it comes from the webhook.");
            var type = request.Header("Content-Type") ?? "";
            if (!type.StartsWith("application/json", StringComparison.OrdinalIgnoreCase)) return new WebhookResponse(415, "The body of a webhook is application/json.");
            var context = Parse(request.Body);
            if (context == null || Json.Text(Json.Member(context, "MessageName")) == null || Json.Text(Json.Member(context, "PrimaryEntityName")) == null)
                return new WebhookResponse(400, "The body is not an execution context.");
            // The header says that columns were removed; whether they are then null or absent is not documented.
            var isTrimmed = request.Header("x-ms-dynamics-msg-size-exceeded") != null || Json.Member(context, "InputParameters") == null;
            var delivery = await Delivery.FromAsync(context.Value, isTrimmed, cancellation).ConfigureAwait(false);
            var doing = work(delivery, cancellation);
            // Work that ignores its token must not hold the answer.
            var first = await Task.WhenAny(doing, Task.Delay(Timeout.Infinite, cancellation)).ConfigureAwait(false);
            await first.ConfigureAwait(false);
            return new WebhookResponse(204, "");
        }

        private static WebhookResponse Failure(Exception error, bool timeIsOver)
        {
            if (error is TemporaryFailureException) return new WebhookResponse(503, "The delivery could not be handled now.");
            if (error is OperationCanceledException && timeIsOver) return new WebhookResponse(504, "The work took too long.");
            if (error is ConfigurationException) return new WebhookResponse(500, "The handler is not configured; its log says what is missing.");
            return new WebhookResponse(500, "The delivery could not be handled; the log of the handler says why.");
        }

        private static JsonElement? Parse(string text)
        {
            try
            {
                using (var document = JsonDocument.Parse(text))
                {
                    return document.RootElement.Clone();
                }
            }
            catch (JsonException)
            {
                return null;
            }
        }
    }
}`;

/** The rest of the class Authentication. */
export const AUTHENTICATION_COMPARISON = `        /// <summary>Compares without telling by its time how much was right: hashes have one length, whatever was sent.</summary>
        private static bool IsEqual(string? given, string expected)
        {
            var same = CryptographicOperations.FixedTimeEquals(Hash(given ?? ""), Hash(expected));
            return same && given != null;
        }

        private static byte[] Hash(string text)
        {
            using (var hash = SHA256.Create())
            {
                return hash.ComputeHash(Encoding.UTF8.GetBytes(text));
            }
        }

        /// <summary>A secret of the environment: without it, everybody would be let in.</summary>
        private static string Secret(string variable)
        {
            var value = Environment.GetEnvironmentVariable(variable);
            if (string.IsNullOrEmpty(value)) throw new ConfigurationException("Set " + variable + ": it holds what the webhook proves itself with.");
            return value;
        }`;

/** The rest of the class ReadBack. */
export const READ_BACK_CALLS = `        private static readonly HttpClient Client = new HttpClient();

        private static string? keptToken;

        private static DateTimeOffset keptUntil;

        /// <summary>A token for the Web API: DATAVERSE_TOKEN while developing, else that of the application.</summary>
        private static async Task<string> AccessTokenAsync(string url, CancellationToken cancellation)
        {
            var given = Environment.GetEnvironmentVariable("DATAVERSE_TOKEN");
            if (!string.IsNullOrEmpty(given)) return given;
            var kept = keptToken;
            if (kept != null && keptUntil > DateTimeOffset.UtcNow) return kept;
            var form = new Dictionary<string, string>
            {
                { "grant_type", "client_credentials" },
                { "client_id", Setting("DATAVERSE_CLIENT_ID") },
                { "client_secret", Setting("DATAVERSE_CLIENT_SECRET") },
                { "scope", new Uri(url).GetLeftPart(UriPartial.Authority) + "/.default" },
            };
            var address = "https://login.microsoftonline.com/" + Uri.EscapeDataString(Setting("DATAVERSE_TENANT_ID")) + "/oauth2/v2.0/token";
            using (var request = new HttpRequestMessage(HttpMethod.Post, address))
            {
                request.Content = new FormUrlEncodedContent(form);
                using (var response = await SendAsync(request, cancellation).ConfigureAwait(false))
                {
                    if (!response.IsSuccessStatusCode) throw new ConfigurationException("The application could not sign in: status " + (int)response.StatusCode);
                    var answer = await JsonOfAsync(response).ConfigureAwait(false);
                    var token = Json.Text(Json.Member(answer, "access_token")) ?? throw new ConfigurationException("The sign-in brought no token.");
                    var seconds = Json.Number(Json.Member(answer, "expires_in"))?.GetInt32() ?? 0;
                    // Five minutes early, so that no request starts with a token that ends on the way.
                    keptUntil = DateTimeOffset.UtcNow.AddSeconds(seconds - 300);
                    keptToken = token;
                    return token;
                }
            }
        }

        /// <summary>A request; what a later attempt may mend is a TemporaryFailureException.</summary>
        private static async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellation)
        {
            HttpResponseMessage response;
            try
            {
                response = await Client.SendAsync(request, cancellation).ConfigureAwait(false);
            }
            catch (HttpRequestException cause)
            {
                throw new TemporaryFailureException("No answer from " + request.RequestUri, cause);
            }

            var status = (int)response.StatusCode;
            if (status != 429 && status < 500) return response;
            response.Dispose();
            throw new TemporaryFailureException(request.RequestUri + " answered " + status);
        }

        private static async Task<JsonElement> JsonOfAsync(HttpResponseMessage response)
        {
            using (var document = JsonDocument.Parse(await response.Content.ReadAsStringAsync().ConfigureAwait(false)))
            {
                return document.RootElement.Clone();
            }
        }

        private static string Setting(string variable)
        {
            var value = Environment.GetEnvironmentVariable(variable);
            if (string.IsNullOrEmpty(value)) throw new ConfigurationException("Set " + variable + ": a body above 256 KB comes without its columns, which are read back.");
            return value;
        }

        /// <summary>A row of the Web API in the form in which webhooks carry it.</summary>
        private static Entity EntityOf(JsonElement row, Guid id, string logicalName, IReadOnlyDictionary<string, ColumnKind> kinds)
        {
            var attributes = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
            foreach (var column in kinds)
            {
                var property = column.Value == ColumnKind.Reference ? "_" + column.Key + "_value" : column.Key;
                if (!row.TryGetProperty(property, out var value)) continue;
                row.TryGetProperty(property + "@Microsoft.Dynamics.CRM.lookuplogicalname", out var table);
                attributes[column.Key] = WireValue(column.Value, value, table);
            }

            return new Entity(id, logicalName, attributes);
        }

        private static JsonElement WireValue(ColumnKind kind, JsonElement value, JsonElement table)
        {
            if (value.ValueKind == JsonValueKind.Null) return value;
            switch (kind)
            {
                case ColumnKind.Choice:
                case ColumnKind.Money:
                    return JsonSerializer.SerializeToElement(new { Value = value });
                case ColumnKind.Choices:
                    var values = (value.GetString() ?? "").Split(',').Select(text => new { Value = int.Parse(text, CultureInfo.InvariantCulture) });
                    return JsonSerializer.SerializeToElement(values.ToArray());
                case ColumnKind.Date:
                    return JsonSerializer.SerializeToElement(WireDates.Format(DateTimeOffset.Parse(value.GetString() ?? "", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal)));
                case ColumnKind.Reference:
                    var name = table.ValueKind == JsonValueKind.String ? table.GetString() : "";
                    return JsonSerializer.SerializeToElement(new { Id = value.GetString(), LogicalName = name });
                default:
                    return value;
            }
        }`;
