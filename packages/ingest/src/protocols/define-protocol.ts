import type { GantryError, IngestKeyKind, IntakeItem, ItemOutcome } from '@gantry/core'
import { type AnyWord, type IngestConfig, withActs } from '@gantry/core/config'
import type { BodyLimits } from '../body/read-body.ts'

/** A request before its body is read. */
export interface Asked {
  /** Which of the protocol's paths, as it stands there. */
  path: string
  params: Readonly<Record<string, string | undefined>>
  query: Readonly<Record<string, string | undefined>>
  headers: Readonly<Record<string, string | string[] | undefined>>
}

/** Who a request is from, as far as the protocol has to know. */
export interface Sender {
  project: string
  /** The service whose key it came with. */
  service: string | null
  /** ISO 8601, when its first byte arrived. */
  receivedAt: string
  /** 32 hex digits, for what has no id of its own. */
  newId: string
  /** What the project wants done with reports before they are stored. */
  settings: IngestConfig
}

/** What is sent on to a service that takes the same as this protocol. */
export interface Relay {
  body: Buffer
  quantity: number
  /** What the receiver limits it by. */
  categories: readonly string[]
}

/** `items` are those that were read, with what became of each; null: nothing is left to send on. */
export type RelayOf = (items: readonly IntakeItem[], asReceived: boolean) => Relay | null

/** A body that was read, and not yet made into facts: whose they are may stand inside of it. */
export interface Reading {
  /** The key it shows inside; null: none. */
  key: string | null
  /** @throws GantryError when it cannot be read */
  items(sender: Sender): { items: IntakeItem[]; id: string | null; relay?: RelayOf }
}

export interface Reply {
  status: number
  headers: Record<string, string>
  body: unknown
}

export type ProtocolAuth =
  /**
   * An ingest key. `keyIn` answers what the request shows before its body, `projectIn` the number in its path; where a path names
   * no project, the key does.
   */
  | {
      by: 'ingest key'
      kinds: readonly IngestKeyKind[]
      projectIn: ((asked: Asked) => string) | null
      keyIn(asked: Asked): string | null
    }
  /** A signature over the body, made with a secret of the project, else one that a variable of the server holds. `projectIn` answers its name. */
  | {
      by: 'webhook signature'
      secretEnv: string
      projectIn(asked: Asked): string
      isSigned(bytes: Buffer, asked: Asked, secret: string): boolean
    }

/** How the clients of others talk to Gantry: paths and answers as they expect them, facts of core out. */
export interface Protocol {
  /** Where they send by POST. */
  paths: readonly [string, ...string[]]
  auth: ProtocolAuth
  /** Of a body at that path, one of `paths`. */
  limits(path: string): BodyLimits
  /** @throws GantryError when it is nothing of this protocol */
  read(bytes: Buffer, asked: Asked): Reading
  /** What is answered when everything that has a store is stored. Says what was dropped. */
  answer(id: string | null, outcomes: readonly ItemOutcome[], asked: Asked): Reply
  /** What is answered otherwise; null: as the API does. */
  refuse: ((error: GantryError, asked: Asked) => Reply) | null
  /** For pages in browsers: headers of every answer, and of what a browser asks before it sends. Null: for none. */
  cors: { answer: Record<string, string>; preflight: Record<string, string> } | null
}

export const defineProtocol = <W extends AnyWord>(word: W, acts: Protocol) => withActs(word, acts)
