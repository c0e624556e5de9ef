import type { GeneratedFile, HandlerAuth, HandlerRequest } from '../model';
import { secretPlaces } from '../secrets';
import { doubleQuoted, fileText } from '../text';

/** The version of .NET that is written into projects. */
const FRAMEWORK = 'net10.0';

const common = [
  `    <TargetFramework>${FRAMEWORK}</TargetFramework>`,
  `    <Nullable>enable</Nullable>`,
  `    <ImplicitUsings>disable</ImplicitUsings>`,
  `    <RootNamespace>DataverseWebhook</RootNamespace>`,
];

/** `src/Program.cs` and the project of an ASP.NET Core minimal API. */
export function aspNetFiles(): readonly GeneratedFile[] {
  return [
    {
      path: 'src/Handler.csproj',
      text: fileText(
        `<Project Sdk="Microsoft.NET.Sdk.Web">`,
        `  <PropertyGroup>`,
        ...common,
        `  </PropertyGroup>`,
        `</Project>`,
      ),
    },
    { path: 'src/Program.cs', text: fileText(ASP_NET_PROGRAM) },
  ];
}

const ASP_NET_PROGRAM = `using System;
using System.IO;
using System.Linq;
using DataverseWebhook;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

Authentication.CheckSecrets();

var builder = WebApplication.CreateBuilder(args);
// Dataverse sends at most 256 KB.
builder.WebHost.ConfigureKestrel(options => options.Limits.MaxRequestBodySize = 1024 * 1024);
var app = builder.Build();

app.Map("/", async (HttpRequest http) =>
{
    using var reader = new StreamReader(http.Body);
    var request = new WebhookRequest(
        http.Method,
        name => http.Headers.TryGetValue(name, out var values) ? values.ToString() : null,
        name => http.Query.TryGetValue(name, out var values) ? values.ToString() : null,
        await reader.ReadToEndAsync());
    var answer = await Webhook.HandleAsync(request, OnDelivery.HandleAsync);
    return answer.Body == "" ? Results.StatusCode(answer.Status) : Results.Text(answer.Body, statusCode: answer.Status);
});

app.Run(Environment.GetEnvironmentVariable("ASPNETCORE_URLS") == null ? "http://127.0.0.1:7071" : null);`;

/** `src/Program.cs`, the function and the project of Azure Functions with the isolated worker. */
export function functionsFiles(name: string): readonly GeneratedFile[] {
  return [
    { path: 'src/Handler.csproj', text: fileText(FUNCTIONS_PROJECT) },
    { path: 'src/Program.cs', text: fileText(FUNCTIONS_PROGRAM) },
    { path: 'src/WebhookFunction.cs', text: fileText(functionClass(name)) },
    {
      path: 'src/host.json',
      text: `${JSON.stringify({ version: '2.0', functionTimeout: '00:01:00' }, undefined, 2)}\n`,
    },
    {
      path: 'src/local.settings.json',
      text: `${JSON.stringify(
        {
          IsEncrypted: false,
          Values: { FUNCTIONS_WORKER_RUNTIME: 'dotnet-isolated', AzureWebJobsStorage: '' },
        },
        undefined,
        2,
      )}\n`,
    },
  ];
}

const FUNCTIONS_PROJECT = [
  `<Project Sdk="Microsoft.NET.Sdk">`,
  `  <PropertyGroup>`,
  ...common,
  `    <AzureFunctionsVersion>v4</AzureFunctionsVersion>`,
  `    <OutputType>Exe</OutputType>`,
  `  </PropertyGroup>`,
  `  <ItemGroup>`,
  `    <PackageReference Include="Microsoft.Azure.Functions.Worker" Version="2.51.0" />`,
  `    <PackageReference Include="Microsoft.Azure.Functions.Worker.Extensions.Http" Version="3.3.0" />`,
  `    <PackageReference Include="Microsoft.Azure.Functions.Worker.Sdk" Version="2.0.7" />`,
  `  </ItemGroup>`,
  `  <ItemGroup>`,
  `    <None Update="host.json" CopyToOutputDirectory="PreserveNewest" />`,
  `    <None Update="local.settings.json" CopyToOutputDirectory="PreserveNewest" CopyToPublishDirectory="Never" />`,
  `  </ItemGroup>`,
  `</Project>`,
];

const FUNCTIONS_PROGRAM = `using DataverseWebhook;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Hosting;

Authentication.CheckSecrets();

var host = new HostBuilder().ConfigureFunctionsWorkerDefaults().Build();
host.Run();`;

function functionClass(name: string): string {
  return `#nullable enable
using System.IO;
using System.Linq;
using System.Net;
using System.Threading.Tasks;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace DataverseWebhook
{
    public sealed class WebhookFunction
    {
        /// <summary>Dataverse proves itself with the secret of the webhook, so no key of Functions is asked for.</summary>
        [Function(${doubleQuoted(name)})]
        public async Task<HttpResponseData> RunAsync(
            [HttpTrigger(AuthorizationLevel.Anonymous, "get", "post", "put", "delete")] HttpRequestData http)
        {
            string body;
            using (var reader = new StreamReader(http.Body))
            {
                body = await reader.ReadToEndAsync().ConfigureAwait(false);
            }

            var request = new WebhookRequest(
                http.Method.ToUpperInvariant(),
                name => http.Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : null,
                name => http.Query[name],
                body);
            var answer = await Webhook.HandleAsync(request, OnDelivery.HandleAsync).ConfigureAwait(false);
            var response = http.CreateResponse((HttpStatusCode)answer.Status);
            if (answer.Body != "") await response.WriteStringAsync(answer.Body).ConfigureAwait(false);
            return response;
        }
    }
}`;
}

/** The tests of the handler, with xUnit and the sample body, without a server. */
export function testFiles({ step, auth }: Pick<HandlerRequest, 'step' | 'auth'>): readonly GeneratedFile[] {
  return [
    {
      path: 'tests/Handler.Tests.csproj',
      text: fileText(
        `<Project Sdk="Microsoft.NET.Sdk">`,
        `  <PropertyGroup>`,
        ...common,
        `    <IsPackable>false</IsPackable>`,
        `  </PropertyGroup>`,
        `  <ItemGroup>`,
        `    <PackageReference Include="Microsoft.NET.Test.Sdk" Version="17.14.1" />`,
        `    <PackageReference Include="xunit" Version="2.9.3" />`,
        `    <PackageReference Include="xunit.runner.visualstudio" Version="3.1.5" />`,
        `  </ItemGroup>`,
        `  <ItemGroup>`,
        `    <ProjectReference Include="../src/Handler.csproj" />`,
        `    <None Update="sample.json" CopyToOutputDirectory="PreserveNewest" />`,
        `  </ItemGroup>`,
        `</Project>`,
      ),
    },
    { path: 'tests/WebhookTests.cs', text: fileText(testClass(step.message, step.table?.name, auth)) },
  ];
}

function testClass(message: string, table: string | undefined, auth: HandlerAuth): string {
  const places = secretPlaces(auth);
  const isHeader = auth.type === 'httpHeader';
  const found = (name: string): string =>
    isHeader
      ? `string.Equals(name, ${doubleQuoted(name)}, StringComparison.OrdinalIgnoreCase)`
      : `name == ${doubleQuoted(name)}`;
  const set = places.map(
    ({ variable }, index) =>
      `            Environment.SetEnvironmentVariable("${variable}", "secret-of-the-test-${index}");`,
  );
  const given = places.map(
    ({ name }, index) => `            if (${found(name)}) return prefix + "secret-of-the-test-${index}";`,
  );
  return `#nullable enable
using System;
using System.IO;
using System.Threading.Tasks;
using DataverseWebhook;
using Xunit;

namespace DataverseWebhook.Tests
{
    public class WebhookTests
    {
        private static readonly string Sample = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "sample.json"));

        public WebhookTests()
        {
${set.join('\n')}
        }

${facts(message, table)}

        private static async Task<int> StatusAsync(string method, string body, string prefix)
        {
            var answer = await Webhook.HandleAsync(Request(method, body, prefix), (delivery, cancellation) => Task.CompletedTask);
            return answer.Status;
        }

        private static WebhookRequest Request(string method, string body, string prefix)
        {
            return new WebhookRequest(
                method,
                name => name == "Content-Type" ? "application/json; charset=utf-8" : ${isHeader ? 'Carried(name, prefix)' : 'null'},
                name => ${isHeader ? 'null' : 'Carried(name, prefix)'},
                body);
        }

        private static string? Carried(string name, string prefix)
        {
${given.join('\n')}
            return null;
        }
    }
}`;
}

function facts(message: string, table: string | undefined): string {
  return `        [Fact]
        public async Task DeliveryOfTheStepIsHandled()
        {
            Delivery? handled = null;
            var answer = await Webhook.HandleAsync(Request("POST", Sample, ""), (delivery, cancellation) =>
            {
                handled = delivery;
                return Task.CompletedTask;
            });
            Assert.Equal(204, answer.Status);
            Assert.Equal(${doubleQuoted(message)}, handled?.Message);
${table === undefined ? '' : `            Assert.Equal(${doubleQuoted(table)}, handled?.Table);`}
        }

        [Fact]
        public async Task RequestWithAWrongSecretIsRefused()
        {
            Assert.Equal(401, await StatusAsync("POST", Sample, "wrong "));
        }

        [Fact]
        public async Task WhatNoWebhookSendsIsRefused()
        {
            Assert.Equal(405, await StatusAsync("GET", Sample, ""));
            Assert.Equal(400, await StatusAsync("POST", "{", ""));
            Assert.Equal(400, await StatusAsync("POST", "{\\"some\\":\\"json\\"}", ""));
        }

        [Fact]
        public async Task TemporaryFailureAsksForOneMoreAttemptAnyOtherDoesNot()
        {
            var busy = await Webhook.HandleAsync(Request("POST", Sample, ""), (delivery, cancellation) => throw new TemporaryFailureException("busy"));
            var broken = await Webhook.HandleAsync(Request("POST", Sample, ""), (delivery, cancellation) => throw new InvalidOperationException("broken"));
            Assert.Equal(503, busy.Status);
            Assert.Equal(500, broken.Status);
        }`;
}
