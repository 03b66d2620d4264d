import type { ApiDescription, SentRequest } from './description.ts'
import type { FaultList } from './faults.ts'

export interface FakeRequest extends SentRequest {
  params: Record<string, string>
}

export interface FakeAnswer {
  status: number
  body?: unknown
  headers?: Record<string, string>
}

/** A request as it came, and what it was answered; null while it waits, and where the connection was cut. */
export interface RecordedRequest extends SentRequest {
  /** `POST /v13/deployments`; null where the vendor has no such operation. */
  operation: string | null
  status: number | null
}

export interface FakeSettings {
  description: ApiDescription
  /** What stands before the paths of the description: `/v1`, or nothing. */
  base: string
  /** The host the vendor's API has, as clients know it. */
  host: string
  /** What is answered to a token that is not accepted. */
  refusal: FakeAnswer
  /** The vendor's shape of an error. */
  errorBody(status: number, code: string, message: string): unknown
  requestIdHeader: string
  /** What is done, by operation. */
  acts: Record<string, (request: FakeRequest) => FakeAnswer | Promise<FakeAnswer>>
  /** Whether the token is accepted; left out: the one of the fake is. */
  isAllowed?(request: SentRequest): boolean
  /** The last word on an answer, such as whether it is the one that is known already. */
  finish?(answer: FakeAnswer, request: SentRequest): FakeAnswer
  /** What is answered beside the API, to anybody; null where there is nothing. */
  outside?(path: string, headers: Record<string, string>): FakeAnswer | null
  /** What a deployed site answers to visitors; null where none has this host. */
  site(host: string, path: string, headers: Record<string, string>): FakeAnswer | null
}

/** A vendor on a port of this machine. */
export interface VendorFake extends AsyncDisposable, Pick<FaultList, 'inject'> {
  /** Where its API is, as a client's base address. */
  url: string
  /** The one token it accepts. */
  token: string
  requests: RecordedRequest[]
  /** What came, or was answered, against the description. A test ends with none. */
  oddities: string[]
  /** Faults that nobody met. */
  unmet(): string[]
  /** From now on the token is refused. */
  expireToken(): void
  /** A `fetch` for which this is the vendor, and the sites deployed there. */
  fetch: typeof fetch
  /** Forgets requests, oddities and faults, and accepts the token again. */
  forget(): void
}
