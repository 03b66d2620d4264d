import type { LogLine } from '@gantry/core/api'
import type { LogBuffer } from './log-buffer.ts'

export interface LogTail {
  /** Asks for what is stored behind the last line; while that is under way, for nothing more. */
  catchUp(): void
  /** Takes lines that were just written. */
  hear(lines: readonly LogLine[]): void
  stop(): void
}

export interface LogTailParts {
  buffer: LogBuffer
  load(after: number): AsyncIterable<LogLine[]>
  onChange(): void
  onLoaded(error: unknown): void
}

/** Lines are told of before they are stored: what is missing in front of them is asked for until it is there. */
const retryMs = { first: 200, most: 5_000 }

/**
 * Fills a buffer with what is stored and what is told of meanwhile, without a line twice and without a hole. What is heard
 * while pages are read waits behind them: the last page may have been read before those lines were stored.
 */
export function logTail({ buffer, load, onChange, onLoaded }: LogTailParts): LogTail {
  let isLoading = false
  let isStopped = false
  let heard: LogLine[] = []
  let waitMs = retryMs.first
  let timer: ReturnType<typeof setTimeout> | undefined
  const takes = (lines: readonly LogLine[]): boolean => {
    const isWhole = buffer.size > 0 || lines[0]?.seq === 1
    return isWhole && !buffer.push(lines).hasGap
  }
  const read = async () => {
    try {
      for await (const lines of load(buffer.lastSeq)) {
        buffer.push(lines)
        onChange()
      }
    } catch (cause) {
      isLoading = false
      if (!isStopped) onLoaded(cause)
      return
    }
    isLoading = false
    if (isStopped) return
    const late = heard
    heard = []
    if (late.length === 0 || takes(late)) waitMs = retryMs.first
    else {
      heard = late
      timer = setTimeout(catchUp, waitMs)
      waitMs = Math.min(waitMs * 2, retryMs.most)
    }
    onLoaded(null)
  }
  const catchUp = () => {
    if (isLoading || isStopped) return
    clearTimeout(timer)
    timer = undefined
    isLoading = true
    void read()
  }
  return {
    catchUp,
    hear(lines) {
      if (heard.length === 0 && !isLoading && takes(lines)) {
        onChange()
        return
      }
      heard = [...heard, ...lines]
      if (timer === undefined) catchUp()
    },
    stop() {
      isStopped = true
      clearTimeout(timer)
    },
  }
}
