import { GantryError, SlackAccount, type SlackAccountStore } from '@gantry/core'
import * as z from 'zod'
import { hashOf } from '../../access/access.ts'
import type { AccessLedger } from '../../access/access-ledger.ts'
import { oneself, provenBy } from '../../access/route-access.ts'
import { isSignedBySlack } from '../../slack/signature.ts'
import { readPress, type SlackPress } from '../../slack/slack-press.ts'
import type { SlackAnswer } from '../../slack/slack-votes.ts'
import { personIn } from '../door.ts'
import type { Api } from '../route.ts'

export interface SlackRouteParts {
  /** Undefined where SLACK_SIGNING_SECRET is not set. */
  secret: string | undefined
  vote(press: SlackPress): Promise<SlackAnswer>
  respond(url: string, answer: SlackAnswer): Promise<void>
  accounts: SlackAccountStore
  ledger: AccessLedger
  now(): Date
}

const tags = ['access']
const largestBytes = 256 * 1024
const Offer = z.strictObject({ secret: z.string() })
const one = z.object({ account: SlackAccount })

/** Buttons that are pressed in Slack, and whose account of Slack is whose. */
export function slackRoutes(app: Api, parts: SlackRouteParts): void {
  pressRoute(app, parts)
  accountRoutes(app, parts)
  offerRoutes(app, parts)
}

function pressRoute(app: Api, { secret, vote, respond, now }: SlackRouteParts): void {
  app.scope((within, scope) => {
    scope.removeAllContentTypeParsers()
    // The signature is over the bytes as they came.
    scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: largestBytes }, (_request, bytes, done) =>
      done(null, bytes),
    )
    within.post(
      '/webhooks/slack',
      {
        access: provenBy('webhook signature'),
        bodyLimit: largestBytes,
        schema: { tags, summary: 'What Slack sends when somebody presses a button' },
      },
      async (request, reply) => {
        if (!secret) throw new GantryError('SLACK_NOT_SET_UP', 'this server does not know the signing secret of Slack')
        const bytes = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
        const header = (name: string) => z.string().optional().catch(undefined).parse(request.headers[name])
        const proof = { timestamp: header('x-slack-request-timestamp'), signature: header('x-slack-signature') }
        if (!isSignedBySlack(bytes, proof, secret, now().getTime()))
          throw new GantryError('SLACK_SIGNATURE_WRONG', 'this was not signed by Slack within the last five minutes')
        const press = readPress(bytes.toString('utf8'))
        if (press) await respond(press.respondTo, await vote(press))
        return reply.status(200).send()
      },
    )
  })
}

function accountRoutes(app: Api, { accounts, ledger }: SlackRouteParts): void {
  app.get(
    '/api/v1/me/slack',
    {
      access: oneself,
      schema: {
        tags,
        summary: 'Own accounts of Slack',
        response: { 200: z.object({ accounts: z.array(SlackAccount) }) },
      },
    },
    async request => ({ accounts: await accounts.of(personIn(request).account.id) }),
  )
  app.post(
    '/api/v1/me/slack/remove',
    {
      access: oneself,
      schema: { tags, summary: 'Give an account of Slack up', body: SlackAccount.pick({ team: true, user: true }) },
    },
    async request => {
      const { account, name } = personIn(request)
      if (!(await accounts.remove(account.id, request.body)))
        throw new GantryError('NOT_FOUND', `no account ${request.body.user} of Slack is linked to ${name}`)
      await ledger.write(null, { actor: name, action: 'person.changed', subject: name, evidence: { slack: null } })
      return {}
    },
  )
}

function offerRoutes(app: Api, { accounts, ledger, now }: SlackRouteParts): void {
  const lapsed = () =>
    new GantryError('NOT_FOUND', 'this link was used, or its ten minutes are over: press the button in Slack again')
  app.post(
    '/api/v1/me/slack/offer',
    {
      access: oneself,
      schema: { tags, summary: 'Which account of Slack a link offers', body: Offer, response: { 200: one } },
    },
    async request => {
      const account = await accounts.offered(hashOf(request.body.secret), now().toISOString())
      if (account) return { account }
      throw lapsed()
    },
  )
  app.post(
    '/api/v1/me/slack',
    {
      access: oneself,
      schema: { tags, summary: 'Take the account of Slack that a link offers', body: Offer, response: { 200: one } },
    },
    async request => {
      const { account: person, name } = personIn(request)
      const account = await accounts.take(hashOf(request.body.secret), person.id, now().toISOString())
      if (!account) throw lapsed()
      const evidence = { slack: account.label, team: account.team, user: account.user }
      await ledger.write(null, { actor: name, action: 'person.changed', subject: name, evidence })
      return { account }
    },
  )
}
