import type { LogLine } from '@gantry/core'

export const linesAtOnce = 5_000

export interface LogPart {
  /** Number of a line; those behind it are read. */
  after: number
  limit: number
  step?: number | undefined
  /** Read from the end instead. */
  tail?: number | undefined
}

export interface LogRead {
  lines: LogLine[]
  /** Whether more follow. */
  hasMore: boolean
  /** Whether some of what was asked for stand before the first of these. */
  hasEarlier: boolean
}

/** Where the output of the jobs of one project is read. */
export interface Log {
  log(runId: string, jobId: string, page: { after: number; limit: number }): Promise<LogLine[]>
}

/** A part of a job's output, in the order it was written. */
export async function readLog(runs: Log, runId: string, jobId: string, part: LogPart): Promise<LogRead> {
  if (part.tail !== undefined) return lastLines(runs, runId, jobId, part.tail, part.step)
  const lines: LogLine[] = []
  const pageSize = part.step === undefined ? part.limit + 1 : linesAtOnce
  for await (const line of linesOf(runs, runId, jobId, part.after, part.step, pageSize)) {
    if (lines.push(line) > part.limit) break
  }
  const hasEarlier = part.after > 0 && part.step === undefined
  return { lines: lines.slice(0, part.limit), hasMore: lines.length > part.limit, hasEarlier }
}

export async function wholeLog(runs: Log, runId: string, jobId: string, step?: number): Promise<string> {
  const texts: string[] = []
  for await (const { text } of linesOf(runs, runId, jobId, 0, step)) texts.push(text)
  return `${texts.join('\n')}\n`
}

async function lastLines(runs: Log, runId: string, jobId: string, count: number, step?: number): Promise<LogRead> {
  const lines: LogLine[] = []
  let left = 0
  // Lines are counted from 1 without gaps, so the end of a whole log is found without reading what stands before it.
  const after = step === undefined ? Math.max(0, (await lastSeq(runs, runId, jobId)) - count) : 0
  for await (const line of linesOf(runs, runId, jobId, after, step)) {
    if (lines.push(line) <= count) continue
    lines.shift()
    left++
  }
  return { lines, hasMore: false, hasEarlier: after > 0 || left > 0 }
}

/** Doubles until nothing follows, then halves the gap: about forty short questions for a million lines. */
async function lastSeq(runs: Log, runId: string, jobId: string): Promise<number> {
  const hasBehind = async (seq: number) => (await runs.log(runId, jobId, { after: seq, limit: 1 })).length > 0
  let below = 0
  let end = 1
  while (await hasBehind(end)) {
    below = end
    end *= 2
  }
  while (below + 1 < end) {
    const middle = Math.floor((below + end) / 2)
    if (await hasBehind(middle)) below = middle
    else end = middle
  }
  return end
}

async function* linesOf(
  runs: Log,
  runId: string,
  jobId: string,
  from: number,
  step?: number,
  pageSize = linesAtOnce,
): AsyncIterable<LogLine> {
  for (let after = from; ; ) {
    const page = await runs.log(runId, jobId, { after, limit: pageSize })
    for (const line of page) if (step === undefined || line.step === step) yield line
    const last = page.at(-1)
    if (!last || page.length < pageSize) return
    after = last.seq
  }
}
