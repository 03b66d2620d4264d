import type { FakeAnswer, FakeRequest, VendorFake } from '../fake.ts'
import { openVendorFake } from '../vendor-fake.ts'
import { sentryDescription } from './description.ts'
import { emptySentry, type FakeIssue, type Listed, type SentryState } from './sentry-state.ts'

export interface SentryFake extends VendorFake {
  state: SentryState
}

type Act = (request: FakeRequest) => FakeAnswer

const missing: FakeAnswer = { status: 404, body: { detail: 'The requested resource does not exist' } }
const found = (body: unknown): FakeAnswer => (body === undefined ? missing : { status: 200, body })

/** Sentry's API on a port of this machine, for one organization, `shop`, and its projects. */
export async function openSentryFake(): Promise<SentryFake> {
  const state = emptySentry()
  const errorBody = (_status: number, _code: string, detail: string) => ({ detail })
  const fake = await openVendorFake({
    description: sentryDescription,
    base: '/api/0',
    host: 'sentry.io',
    refusal: { status: 401, body: { detail: 'Invalid token' } },
    errorBody,
    requestIdHeader: 'x-request-id',
    acts: { ...eventActs(state), ...issueActs(state), ...releaseActs(state) },
    site: () => null,
  })
  return Object.assign(fake, { state })
}

function eventActs(state: SentryState): Record<string, Act> {
  const ofProject =
    (act: Act): Act =>
    request =>
      request.params['organization'] === 'shop' && request.params['project'] === 'web' ? act(request) : missing
  return {
    'GET /projects/{organization}/{project}/events/': ofProject(request => page(state, state.events, request)),
    'GET /projects/{organization}/{project}/rules/': ofProject(() =>
      state.rules === null ? missing : { status: 200, body: state.rules },
    ),
  }
}

function issueActs(state: SentryState): Record<string, Act> {
  const ofOrg =
    (act: Act): Act =>
    request =>
      request.params['organization'] === 'shop' ? act(request) : missing
  const byOrg = (act: Act): Act => ofOrg(request => (state.isGlitchTip ? missing : act(request)))
  const itself = ({ params }: FakeRequest) => issueOf(state, params['issue'] ?? '')
  const details: Act = request => {
    const one = itself(request)
    return found(one && { ...one.issue, ...(!state.isGlitchTip && { activity: one.activity }) })
  }
  const event: Act = request => {
    const { event: which } = request.params
    const events = itself(request)?.events ?? []
    if (which === 'latest') return found(events[0])
    // The other one takes a name for an id that is none.
    if (which === 'oldest') return state.isGlitchTip ? { status: 422, body: { detail: 'no id' } } : found(events.at(-1))
    return found(events.find(({ eventID }) => eventID === which))
  }
  const comments: Act = request => found(itself(request)?.comments)
  return {
    'GET /organizations/{organization}/projects/': ofOrg(request =>
      page(
        state,
        Object.keys(state.issues).map((slug, index) => ({ id: String(index + 1), slug, name: slug })),
        request,
      ),
    ),
    'GET /projects/{organization}/{project}/issues/': ofOrg(request => {
      const issues = state.issues[request.params['project'] ?? '']
      if (!issues) return missing
      if (request.query['sort'] !== (state.isGlitchTip ? '-first_seen' : 'new'))
        return { status: state.isGlitchTip ? 422 : 400, body: { detail: 'Invalid sort' } }
      return page(state, { length: issues.length, at: index => issues.at(index)?.issue }, request)
    }),
    'GET /projects/{organization}/{project}/events/{event}/json/': byOrg(({ params }) => {
      const issues = state.issues[params['project'] ?? '']
      const id = params['event'] ?? ''
      // Of those that are made as they are asked for, the id is the place.
      const made = issues?.at(Number.parseInt(id, 16))?.json[id]
      const listed = Array.isArray(issues) ? (issues as FakeIssue[]) : []
      return found(made ?? listed.find(({ json }) => json[id])?.json[id])
    }),
    'GET /organizations/{organization}/issues/{issue}/': byOrg(details),
    'GET /organizations/{organization}/issues/{issue}/events/{event}/': byOrg(event),
    'GET /organizations/{organization}/issues/{issue}/comments/': byOrg(comments),
    'GET /issues/{issue}/': details,
    'GET /issues/{issue}/events/{event}/': event,
    'GET /issues/{issue}/comments/': comments,
  }
}

/** Where issues are made as they are asked for, their ids are their places. */
function issueOf({ issues }: SentryState, id: string): FakeIssue | undefined {
  for (const all of Object.values(issues)) {
    const guess = all.at(Number(id))
    if (guess?.issue.id === id) return guess
    if (Array.isArray(all)) {
      const one = (all as FakeIssue[]).find(({ issue }) => issue.id === id)
      if (one) return one
    }
  }
  return undefined
}

const releaseActs = (state: SentryState): Record<string, Act> => ({
  'GET /organizations/{organization}/releases/': request => page(state, state.releases, request),
  'GET /organizations/{organization}/releases/{version}/commits/': ({ params }) =>
    found(state.commits[params['version'] ?? '']),
  'GET /organizations/{organization}/releases/{version}/deploys/': ({ params }) =>
    found(state.deploys[params['version'] ?? '']),
})

/** Cursors as Sentry has them: `<value>:<offset>:<is previous>`. Both links are always there; `results` says whether they lead anywhere. */
function page({ pageSize }: SentryState, all: Listed<unknown>, { query }: FakeRequest): FakeAnswer {
  const from = Number(String(query['cursor'] ?? '0:0:0').split(':')[1])
  const link = (rel: string, offset: number, is: boolean, isPrevious: number) =>
    `<https://sentry.io/api/0/elsewhere/?cursor=0:${offset}:${isPrevious}>; rel="${rel}"; results="${is}"; cursor="0:${offset}:${isPrevious}"`
  const hasNext = from + pageSize < all.length
  const count = Math.max(0, Math.min(pageSize, all.length - from))
  return {
    status: 200,
    headers: {
      link: [
        link('previous', Math.max(0, from - pageSize), from > 0, 1),
        link('next', from + pageSize, hasNext, 0),
      ].join(', '),
    },
    body: Array.from({ length: count }, (_, index) => all.at(from + index)),
  }
}
