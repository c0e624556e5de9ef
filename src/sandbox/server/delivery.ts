import type { ServerResponse } from 'node:http';
import type { Clock } from '../../base/clock';
import { isCancellation } from '../../base/errors';
import { jsonResponse, textResponse } from './api';
import type { ApiResponse } from './api';
import type { FaultEffect } from './faults';

/** Limits, codes and texts of FACTS 13.8. */
const limits = {
  requests: {
    code: '0x80072322',
    message: 'Number of requests exceeded the limit of 6000 over time window of 300 seconds.',
  },
  time: {
    code: '0x80072321',
    message:
      'Combined execution time of incoming requests exceeded limit of 1,200,000 milliseconds over time window of 300 seconds. Decrease number of concurrent requests or reduce the duration of requests and try again later.',
  },
  concurrency: { code: '0x80072326', message: 'Number of concurrent requests exceeded the limit of 52.' },
} as const;

function retryAfter(seconds: number | undefined): Readonly<Record<string, string>> {
  return seconds === undefined ? {} : { 'Retry-After': seconds.toString() };
}

/** The answer that a fault gives instead of the real one; undefined when the request is to be carried out. */
export function faultAnswer(effect: FaultEffect): ApiResponse | undefined {
  switch (effect.kind) {
    case 'throttle': {
      const { code, message } = limits[effect.limit];
      return jsonResponse(429, { error: { code, message } }, retryAfter(effect.retryAfterSeconds));
    }
    case 'status': {
      const { status, code, message } = effect;
      return jsonResponse(status, { error: { code, message } }, retryAfter(effect.retryAfterSeconds));
    }
    case 'html':
      return textResponse(
        effect.status,
        'text/html; charset=utf-8',
        '<!DOCTYPE html>\n<html><head><title>Bad gateway</title></head><body><h1>Bad gateway</h1></body></html>\n',
      );
    case 'delay':
    case 'expiredToken':
    case 'reset':
    case 'cut':
    case 'drip':
      return undefined;
  }
}

/** Sends the body in pieces with pauses, until the client has gone. */
export async function drip(
  response: ServerResponse,
  body: Buffer,
  pace: { readonly bytes: number; readonly milliseconds: number },
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  try {
    for (let sent = 0; sent < body.length; sent += pace.bytes) {
      response.write(body.subarray(sent, sent + pace.bytes));
      await clock.delay(pace.milliseconds, signal);
    }
    response.end();
  } catch (error) {
    if (!isCancellation(error)) throw error;
  }
}
