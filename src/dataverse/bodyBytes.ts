/** The bytes of an answer while they arrive. */
export interface BodyBytes {
  /** Of a body that is small so far. */
  readonly chunks: Uint8Array[];
  /** Of one that is not: the first `length` bytes of it. */
  memory: Buffer | undefined;
  /** What was copied last. Whoever gave it has to have gone on before its memory can be freed. */
  copied: Uint8Array | undefined;
  length: number;
}

/** Up to this a body is small: an error, a token, a row. Pages of rows are not. */
const SMALL = 256 * 1024;
/** Memory of a larger body is not kept for the next one. */
const LARGEST_KEPT = 8 * 1024 * 1024;
/** One page is read while the next is on its way. */
const MOST_KEPT = 2;

/**
 * Memory that pages were read into, for the next ones. What the system gives anew for each of a hundred pages stays in
 * use until the collector comes by: another thirty megabytes while a hundred thousand rows are exported.
 */
const kept: Buffer[] = [];

/** A body of which nothing has come. */
export function noBytes(): BodyBytes {
  return { chunks: [], memory: undefined, copied: undefined, length: 0 };
}

/**
 * Takes in what has come, which is not to be looked at any more.
 * @param announced how many bytes there will be, where it is known
 */
export function addBytes(body: BodyBytes, bytes: Uint8Array, announced = 0): void {
  const length = body.length + bytes.byteLength;
  if (length <= SMALL) body.chunks.push(bytes);
  else {
    memoryOf(body, Math.max(length, announced)).set(bytes, body.length);
    giveBack(body);
    body.copied = bytes;
  }
  body.length = length;
}

/**
 * Frees the memory of the chunk that was copied last, where it is the chunk's alone. The collector looks at such memory only
 * when there are another 64 MB of it, which would be the largest part of what a hundred thousand rows take.
 */
function giveBack(body: BodyBytes): void {
  const { copied } = body;
  body.copied = undefined;
  if (copied?.buffer instanceof ArrayBuffer && copied.buffer.byteLength === copied.byteLength)
    copied.buffer.transfer(0);
}

function memoryOf(body: BodyBytes, needed: number): Buffer {
  const { memory } = body;
  if (memory !== undefined && memory.length >= needed) return memory;
  const before = memory === undefined ? kept.pop() : undefined;
  const larger =
    before !== undefined && before.length >= needed
      ? before
      : Buffer.allocUnsafeSlow(Math.max(needed, 2 * body.length));
  if (memory !== undefined) larger.set(memory.subarray(0, body.length));
  let at = 0;
  for (const chunk of body.chunks.splice(0)) {
    larger.set(chunk, at);
    at += chunk.byteLength;
    giveBack(body);
    body.copied = chunk;
  }
  body.memory = larger;
  return larger;
}

/** A body that has come to its end. */
export interface WholeBody {
  /** In memory that the next body may be read into once this one is freed; what is read from them is copied. */
  readonly bytes: Buffer;
  /** Gives the memory back. The bytes are no more to be read. */
  free(): void;
}

/** The body as it is. Nothing can be added after it. */
export function wholeOf(body: BodyBytes): WholeBody {
  giveBack(body);
  const { chunks, memory, length } = body;
  // As one piece: decoding them one by one takes longer, and so does a copy into memory that is zeroed first.
  const bytes = memory?.subarray(0, length) ?? Buffer.concat(chunks, length);
  let isFree = memory === undefined || memory.length > LARGEST_KEPT;
  const free = (): void => {
    if (!isFree && memory !== undefined && kept.length < MOST_KEPT) kept.push(memory);
    isFree = true;
  };
  return { bytes, free };
}

/** Bytes as text, with U+FFFD for what is no UTF-8 and without a byte order mark. */
export function decoded(bytes: Uint8Array): string {
  return new TextDecoder('utf-8').decode(bytes);
}

/** The whole body as text. Nothing can be added after it. */
export function textOf(body: BodyBytes): string {
  const whole = wholeOf(body);
  const text = decoded(whole.bytes);
  whole.free();
  return text;
}
