const mb = 1024 * 1024

/** What sentry-cli is told before it uploads, and held to. */
export const uploadLimits = {
  chunkBytes: 8 * mb,
  chunksAtOnce: 8,
  /** A request with chunks, as it is sent. */
  requestBytes: 32 * mb,
  bundleBytes: 512 * mb,
  /** Requests at once: each is held in memory as a whole. */
  concurrency: 2,
  /** Of all bundles of a project. */
  projectBytes: 8 * 1024 * mb,
  /** Chunks of a project that are in no bundle yet. */
  waitingBytes: 2 * 1024 * mb,
}
