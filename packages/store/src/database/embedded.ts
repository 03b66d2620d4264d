import { Worker } from 'node:worker_threads'
import { GantryError, turns } from '@gantry/core'
import type { Answer, Ask } from './pglite-worker.ts'
import { type Engine, faultOf, type Session } from './session.ts'

type Told = Exclude<Answer, { fault: unknown }>
type Question = Ask extends infer A ? (A extends Ask ? Omit<A, 'id'> : never) : never

/** PGlite in a thread, behind the one connection it has: holders take turns. */
export async function openEmbedded(dir: string): Promise<Engine> {
  const thread = startThread(dir)
  const line = turns()
  const results = async (question: Question) => {
    const answer = await thread.ask(question)
    return 'results' in answer ? answer.results : []
  }
  const session: Session = {
    async query(text, parameters) {
      const [result] = await results({ kind: 'query', text, parameters })
      if (!result) throw new Error('the database thread answered without a result')
      return result
    },
    exec: text => results({ kind: 'exec', text }),
  }
  await session.exec('select 1')
  return {
    kind: 'embedded',
    async acquire() {
      await line.take()
      return session
    },
    async release(_session, isBroken) {
      if (isBroken) await session.exec('rollback').catch(() => undefined)
      line.giveBack()
    },
    async record(_session, batch) {
      const answer = await thread.ask({ kind: 'record', batch }, [batch.bodies.buffer])
      if ('stored' in answer) return answer.stored
      throw new Error('the database thread answered something else than what was stored')
    },
    async close() {
      await line.take()
      await thread.stop()
      // Whoever still waits learns that it is closed.
      line.giveBack()
    },
  }
}

function startThread(dir: string) {
  // Flags meant for the main program (`--input-type`, `--watch`) are not for this thread.
  const worker = new Worker(new URL('./pglite-worker.ts', import.meta.url), {
    workerData: { dir },
    execArgv: [],
    // What a batch leaves behind is dead at once: a larger young generation only takes memory.
    resourceLimits: { maxYoungGenerationSizeMb: 24 },
  })
  const pending = new Map<number, { resolve(answer: Told): void; reject(error: Error): void }>()
  let end: Error | null = null
  let lastId = 0

  const settle = (answer: Answer) => {
    const question = pending.get(answer.id)
    pending.delete(answer.id)
    // An idle database does not keep the process alive; one that owes an answer does.
    if (pending.size === 0) worker.unref()
    if ('fault' in answer) question?.reject(faultOf(answer.fault.message, answer.fault.code, answer.fault.constraint))
    else question?.resolve(answer)
  }
  const fail = (cause: unknown) => {
    end ??= new GantryError('DATABASE_UNREACHABLE', `the embedded database in ${dir} stopped`, { dir }, { cause })
    for (const question of pending.values()) question.reject(end)
    pending.clear()
  }
  const ask = (question: Question, moved: ArrayBuffer[] = []) =>
    new Promise<Told>((resolve, reject) => {
      if (end) return reject(end)
      const id = ++lastId
      pending.set(id, { resolve, reject })
      worker.ref()
      worker.postMessage({ ...question, id }, moved)
    })

  worker.on('message', settle)
  worker.on('error', fail)
  worker.on('exit', code => fail(new Error(`its thread ended with exit code ${code}`)))
  return {
    ask,
    async stop() {
      await ask({ kind: 'close' }).catch(() => undefined)
      fail(new Error('it was closed'))
      await worker.terminate()
    },
  }
}
