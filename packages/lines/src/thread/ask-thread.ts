import { Worker } from 'node:worker_threads'
import { GantryError } from '@gantry/core'
import type { Act, Acts, Answer, Fault } from './asks.ts'

export interface LineThread {
  ask<A extends Act>(act: A, asked: Acts[A]['ask']): Promise<Acts[A]['answer']>
  stop(): Promise<void>
}

interface Question {
  resolve(value: unknown): void
  reject(error: Error): void
}

/** A thread that is started by the first question, and again after it broke: a server may never write a line. */
export function lineThread(dir: string): LineThread {
  const pending = new Map<number, Question>()
  let worker: Worker | null = null
  let isStopped = false
  let lastId = 0

  const fail = (failed: Worker, cause: unknown) => {
    if (worker !== failed) return
    worker = null
    const error = new GantryError('LINES_UNREACHABLE', `the log lines in ${dir} cannot be reached`, { dir }, { cause })
    for (const question of pending.values()) question.reject(error)
    pending.clear()
  }
  const start = (): Worker => {
    // Flags meant for the main program (`--input-type`, `--watch`) are not for this thread.
    const started = new Worker(new URL('./line-thread.ts', import.meta.url), {
      workerData: { dir },
      // SQLite of Node 22 says that it is new.
      execArgv: ['--disable-warning=ExperimentalWarning'],
    })
    started.on('message', (answer: Answer) => {
      const question = pending.get(answer.id)
      pending.delete(answer.id)
      // An idle thread does not keep the process alive; one that owes an answer does.
      if (pending.size === 0) started.unref()
      if ('fault' in answer) question?.reject(errorOf(answer.fault))
      else question?.resolve(answer.value)
    })
    started.on('error', cause => fail(started, cause))
    started.on('exit', code => fail(started, new Error(`its thread ended with exit code ${code}`)))
    return started
  }
  const ask = <A extends Act>(act: A, asked: Acts[A]['ask']) =>
    new Promise<Acts[A]['answer']>((resolve, reject) => {
      if (isStopped) return reject(new GantryError('LINES_UNREACHABLE', `the log lines in ${dir} were closed`))
      worker ??= start()
      const id = ++lastId
      pending.set(id, { resolve: value => resolve(value as Acts[A]['answer']), reject })
      worker.ref()
      worker.postMessage({ ...asked, id, act })
    })
  return {
    ask,
    async stop() {
      const running = worker
      if (running === null || isStopped) {
        isStopped = true
        return
      }
      await ask('close', {}).catch(() => undefined)
      isStopped = true
      fail(running, new Error('it was closed'))
      await running.terminate()
    },
  }
}

const full = 13

function errorOf({ message, code }: Fault): Error {
  return code === full ? new GantryError('STORAGE_FULL', message) : new Error(message)
}
