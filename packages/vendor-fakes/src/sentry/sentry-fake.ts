import type { FakeAnswer, FakeRequest, VendorFake } from '../fake.ts'
import { openVendorFake } from '../vendor-fake.ts'
import { sentryDescription } from './description.ts'

export interface SentryState {
  /** Newest first. */
  events: { eventID: string; groupID: string; title: string; dateCreated: string }[]
  /** Null: as GlitchTip, which has none. */
  rules: object[] | null
  pageSize: number
}

export interface SentryFake extends VendorFake {
  state: SentryState
}

/** Sentry's API on a port of this machine, for one project, `shop/web`. */
export async function openSentryFake(): Promise<SentryFake> {
  const state: SentryState = { events: [], rules: [], pageSize: 100 }
  const errorBody = (_status: number, _code: string, detail: string) => ({ detail })
  const ofProject =
    (act: (request: FakeRequest) => FakeAnswer) =>
    (request: FakeRequest): FakeAnswer =>
      request.params['organization'] === 'shop' && request.params['project'] === 'web'
        ? act(request)
        : { status: 404, body: { detail: 'The requested resource does not exist' } }
  const fake = await openVendorFake({
    description: sentryDescription,
    base: '/api/0',
    host: 'sentry.io',
    refusal: { status: 401, body: { detail: 'Invalid token' } },
    errorBody,
    requestIdHeader: 'x-request-id',
    acts: {
      'GET /projects/{organization}/{project}/events/': ofProject(request => page(state, request)),
      'GET /projects/{organization}/{project}/rules/': ofProject(() =>
        state.rules === null ? { status: 404, body: { detail: 'Not found' } } : { status: 200, body: state.rules },
      ),
    },
    site: () => null,
  })
  return Object.assign(fake, { state })
}

/** Cursors as Sentry has them: `<value>:<offset>:<is previous>`. Both links are always there; `results` says whether they lead anywhere. */
function page({ events, pageSize }: SentryState, { query }: FakeRequest): FakeAnswer {
  const from = Number(String(query['cursor'] ?? '0:0:0').split(':')[1])
  const link = (rel: string, offset: number, is: boolean, isPrevious: number) =>
    `<https://sentry.io/api/0/elsewhere/?cursor=0:${offset}:${isPrevious}>; rel="${rel}"; results="${is}"; cursor="0:${offset}:${isPrevious}"`
  const hasNext = from + pageSize < events.length
  return {
    status: 200,
    headers: {
      link: [
        link('previous', Math.max(0, from - pageSize), from > 0, 1),
        link('next', from + pageSize, hasNext, 0),
      ].join(', '),
    },
    body: events.slice(from, from + pageSize),
  }
}
