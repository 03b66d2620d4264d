/**
 * A thread that writes the files of days, or one that reads them: SQLite answers at once or not at all, so that neither may be
 * where requests are answered. Lines that came while others were written are written together.
 */
import { parentPort, workerData } from 'node:worker_threads'
import type { Act, Acts, Answer, Ask, Fault } from './asks.ts'
import { DayFileReading } from './reading.ts'
import { DayFileWriting } from './writing.ts'

const reading = new DayFileReading()
const writing = new DayFileWriting(String(workerData.dir))

const tell = (answer: Answer) => parentPort?.postMessage(answer)

parentPort?.on('message', (ask: Ask) => {
  if (ask.act === 'append')
    return writing.append(ask, {
      done: stamp => tell({ id: ask.id, value: stamp }),
      failed: cause => tell({ id: ask.id, fault: faultOf(cause) }),
    })
  try {
    tell({ id: ask.id, value: perform(ask) })
  } catch (cause) {
    tell({ id: ask.id, fault: faultOf(cause) })
  }
})

function perform(ask: Exclude<Ask, { act: 'append' }>): Acts[Act]['answer'] {
  switch (ask.act) {
    case 'moveIn':
      return writing.moveIn(ask)
    case 'forget':
      return writing.forget(ask)
    case 'search':
      return reading.search(ask)
    case 'find':
      return reading.find(ask)
    case 'histogram':
      return reading.histogram(ask)
    case 'facets':
      return reading.facets(ask)
    case 'kept':
      return reading.kept(ask)
    case 'copy':
      return reading.copy(ask)
    case 'close':
      writing.close()
      reading.close()
      return null
  }
}

function faultOf(cause: unknown): Fault {
  const { message, errcode } = cause as { message?: string; errcode?: unknown }
  return { message: message ?? String(cause), code: typeof errcode === 'number' ? errcode : null }
}
