/** What may accompany an error: response headers, such as `Retry-After`. */
export interface ServiceErrorOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** Text for the annotations that `Prefer: odata.include-annotations="*"` asks for (FACTS 13.3). */
  readonly detail?: string;
  readonly cause?: unknown;
}

/**
 * A refusal in the service's own form: HTTP status, code as lower case hex text (`0x80040217`, or empty where the
 * service gives none) and message (FACTS 13.3). Thrown anywhere below the server, answered by it.
 */
export class ServiceError extends Error {
  override readonly name = 'ServiceError';
  readonly httpStatus: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly detail: string | undefined;

  constructor(httpStatus: number, code: string, message: string, options: ServiceErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.httpStatus = httpStatus;
    this.code = code;
    this.headers = options.headers ?? {};
    this.detail = options.detail;
  }
}

/** 400 for what the OData layer refuses: unknown properties, wrong types, malformed bodies. */
export function badRequest(message: string, code = '0x0'): ServiceError {
  return new ServiceError(400, code, message);
}

/** 501 for what Dataverse can do and the sandbox cannot: `feature` names it. */
export function notImplemented(feature: string): ServiceError {
  return new ServiceError(501, '', `The sandbox does not implement ${feature}.`);
}

/** 404 for a row that is not there. */
export function rowNotFound(entityLogicalName: string, id: string): ServiceError {
  return new ServiceError(404, '0x80040217', `Entity '${entityLogicalName}' With Id = ${id} Does Not Exist`);
}
