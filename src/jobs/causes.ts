/** Why a delivery failed, as data (FACTS 12, 17.3). */
export type Cause =
  | { readonly kind: 'httpStatus'; readonly status: number }
  | { readonly kind: 'httpStatusUnknown' }
  | { readonly kind: 'timeout' }
  | { readonly kind: 'invalidHeaders' }
  | { readonly kind: 'invalidQueryParameters' }
  | { readonly kind: 'nameNotResolved' }
  | { readonly kind: 'refused' }
  | { readonly kind: 'reset' }
  | { readonly kind: 'tls' }
  | { readonly kind: 'port' }
  | { readonly kind: 'noAnswer' }
  | { readonly kind: 'postDisabled' }
  | { readonly kind: 'tooLarge' }
  | { readonly kind: 'stepDisabled' }
  | { readonly kind: 'unknown' };

// FACTS 12: the codes of webhooks are 0x80050201 to 0x80050207.
const NON_SUCCESS = -2147155455;
const TIMED_OUT = -2147155454;
const INVALID_HEADERS = -2147155453;
const INVALID_QUERY = -2147155452;
const REQUEST_FAILED = -2147155451;
const POST_DISABLED = -2147155450;
const TOO_LARGE = -2147155449;
const STEP_DISABLED = -2147200957;

/** IsvAborted and IsvUnExpected (FACTS 12) only say that something that was called failed: what, the text may tell. */
const SAYS_NOTHING: ReadonlySet<number | undefined> = new Set([undefined, -2147220891, -2147220956]);

/** Causes that can be asked for: those that an error code alone tells, and all the others. */
export const ASKED_CAUSES = [
  'httpStatus',
  'timeout',
  'noConnection',
  'invalidHeaders',
  'invalidQueryParameters',
  'postDisabled',
  'tooLarge',
  'stepDisabled',
  'other',
] as const;
export type AskedCause = (typeof ASKED_CAUSES)[number];

/** The error code of each cause that can be asked for; `other` has none of them. */
export const CODE_OF_CAUSE: Readonly<Record<Exclude<AskedCause, 'other'>, number>> = {
  httpStatus: NON_SUCCESS,
  timeout: TIMED_OUT,
  noConnection: REQUEST_FAILED,
  invalidHeaders: INVALID_HEADERS,
  invalidQueryParameters: INVALID_QUERY,
  postDisabled: POST_DISABLED,
  tooLarge: TOO_LARGE,
  stepDisabled: STEP_DISABLED,
};

/**
 * The cause of a failed job from its error code and text. Which code follows from which failure, and how the texts are
 * laid out, is documented only by the names of the codes (UNVERIFIED, FACTS 12): the code decides, the text adds.
 */
export function causeOf(job: { readonly errorCode: number | undefined; readonly message: string }): Cause {
  switch (job.errorCode) {
    case NON_SUCCESS:
      return statusCause(job.message);
    case TIMED_OUT:
      return { kind: 'timeout' };
    case INVALID_HEADERS:
      return { kind: 'invalidHeaders' };
    case INVALID_QUERY:
      return { kind: 'invalidQueryParameters' };
    case REQUEST_FAILED:
      return connectionCause(job.message);
    case POST_DISABLED:
      return { kind: 'postDisabled' };
    case TOO_LARGE:
      return { kind: 'tooLarge' };
    case STEP_DISABLED:
      return { kind: 'stepDisabled' };
    default:
      return SAYS_NOTHING.has(job.errorCode) && OF_WEBHOOK.test(job.message)
        ? causeOfText(job.message)
        : { kind: 'unknown' };
  }
}

/** A text that is about a webhook, and not about a plug-in, whose time-outs are others. */
const OF_WEBHOOK = /\bwebhook|\b0x8005020[1-7]\b|-21471554(?:49|5[0-5])\b/i;

/** Codes of webhooks in a text, as hex or as the signed number. */
const CODE_IN_TEXT = /\b0x(8005020[1-7])\b|(-21471554(?:49|5[0-5]))\b/i;

/**
 * The cause of a failure that is known by its text alone, such as a row of the trace log. A code in the text decides, else
 * the words do; how the service words it is UNVERIFIED (FACTS 11, 12).
 */
export function causeOfText(text: string): Cause {
  const found = CODE_IN_TEXT.exec(text);
  const [, hex, signed] = found ?? [];
  const errorCode = hex === undefined ? Number(signed) : parseInt(hex, 16) | 0;
  if (found !== null) return causeOf({ errorCode, message: text });
  const answered = statusCause(text);
  if (answered.kind === 'httpStatus' && (answered.status < 200 || answered.status > 299)) return answered;
  const sign = TEXT_SIGNS.find(([pattern]) => pattern.test(text));
  if (sign !== undefined) return { kind: sign[1] };
  const connection = connectionCause(text);
  return connection.kind === 'noAnswer' &&
    !/could not be reached|unable to connect|Endpoint unavailable|failed during http post/i.test(text)
    ? { kind: 'unknown' }
    : connection;
}

const TEXT_SIGNS: ReadonlyArray<
  readonly [
    RegExp,
    (
      | 'timeout'
      | 'invalidHeaders'
      | 'invalidQueryParameters'
      | 'tooLarge'
      | 'postDisabled'
      | 'stepDisabled'
      | 'httpStatusUnknown'
    ),
  ]
> = [
  [/timed[ -]?out|time-?out|did not answer\b.* within/i, 'timeout'],
  [/invalid (?:http )?headers?\b|stored header\b|authvalue cannot be used/i, 'invalidHeaders'],
  [/invalid (?:http )?query|stored query parameter/i, 'invalidQueryParameters'],
  [/max(?:imum)? ?(?:allowed )?size|too large|bytes, which is too many/i, 'tooLarge'],
  [/post(?:ing)? (?:is |was )?disabled/i, 'postDisabled'],
  [/step has been disabled/i, 'stepDisabled'],
  // Last: what is said of the status is the end of it only where nothing else is.
  [/non-success (?:http ?)?status/i, 'httpStatusUnknown'],
];

function statusCause(message: string): Cause {
  // A number alone could be anything; one beside the words "status" or "HTTP" is the status.
  const near = /\b(?:(?:http)?status(?:\s*code)?|http(?:\/\d(?:\.\d)?)?)\b[^\d\n]{0,40}([1-5]\d\d)\b/i.exec(
    message,
  );
  const status = near?.[1];
  return status === undefined
    ? { kind: 'httpStatusUnknown' }
    : { kind: 'httpStatus', status: Number(status) };
}

const CONNECTION_SIGNS: ReadonlyArray<
  readonly [RegExp, Cause['kind'] & ('nameNotResolved' | 'refused' | 'reset' | 'tls' | 'port')]
> = [
  [
    /name (?:or service )?(?:could )?not (?:be )?(?:resolved|known)|no such host|ENOTFOUND|EAI_AGAIN/i,
    'nameNotResolved',
  ],
  // Only 80 and 443 are called (FACTS 5.3); how the service words its refusal is UNVERIFIED.
  [/\bports? 80 and 443\b|\bport \d+ (?:is )?not (?:allowed|permitted|supported)/i, 'port'],
  // Before the words of TLS: the host in the text may have them in its name.
  [/actively refused|connection refused|ECONNREFUSED/i, 'refused'],
  [/\b(?:tls|ssl)\b|certificate|trust relationship/i, 'tls'],
  [/connection (?:was )?(?:forcibly )?(?:closed|reset)|ECONNRESET/i, 'reset'],
];

function connectionCause(message: string): Cause {
  const sign = CONNECTION_SIGNS.find(([pattern]) => pattern.test(message));
  return { kind: sign?.[1] ?? 'noAnswer' };
}
