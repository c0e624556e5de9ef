import { readableBody } from '../../delivery/bodyDocument';
import { httpFile, placeholder } from '../../delivery/copies';
import type { DeliveryRecord, KeptHeader } from '../../delivery/log/deliveryRecord';
import { deliveryName } from './deliveryTexts';

const MASK = '•••';

/** A delivery as text for reading and comparing: its body on lines of its own, or all of it. Secrets are masked. */
export function deliveryText(record: DeliveryRecord, bodyOnly: boolean): string {
  const { request, answer } = record;
  const body = readable(request.body);
  if (bodyOnly) return body;
  const lines = [`${request.method} ${request.url}`, ...request.headers.map(headerLine), '', body];
  if (answer === undefined) return lines.join('\n');
  return [...lines, `### ${answer.status}`, ...answer.headers.map(headerLine), '', answer.body, ''].join(
    '\n',
  );
}

/** JSON on lines of its own; anything else as it is. */
export function readable(body: string): string {
  try {
    return readableBody(body);
  } catch {
    return body;
  }
}

/** Deliveries as an `.http` file, with a placeholder for every value that may be a secret. */
export function deliveriesHttpFile(records: readonly DeliveryRecord[]): string {
  const files = records.map((record) => {
    const { request } = record;
    return httpFile(
      {
        url: request.url.replace(
          /([?&])([^=&]+)=•••/g,
          (_, mark: string, name: string) => `${mark}${name}=${placeholder(name)}`,
        ),
        headers: request.headers
          .filter(
            ([name]) => !/^(connection|content-length|host|expect|transfer-encoding|keep-alive)$/i.test(name),
          )
          .map(([name, value]) => [name, typeof value === 'string' ? value : placeholder(name)] as const),
        body: request.body,
      },
      `${deliveryName(record)} ${new Date(record.at).toISOString()}`,
    );
  });
  return files.join('\n');
}

function headerLine([name, value]: KeptHeader): string {
  return `${name}: ${typeof value === 'string' ? value : MASK}`;
}
