import { GantryError } from '@gantry/core'
import { ConnectedGitHubView, ConnectGitHubBody, GitHubView, GivenJobToken, JobTokenBody } from '@gantry/core/api'
import * as z from 'zod'
import { may, provenBy } from '../../access/route-access.ts'
import { appPage } from '../../github/app-page.ts'
import { readState } from '../../github/github-setup.ts'
import type { Projects } from '../../project/projects.ts'
import type { ContextOf } from '../context-of.ts'
import { personIn } from '../door.ts'
import type { Api } from '../route.ts'

const tags = ['github']

/** How a project is connected with its repository on GitHub, and what its jobs there are given. */
export function githubRoutes(app: Api, contextOf: ContextOf): void {
  app.get(
    '/github',
    {
      access: may('look'),
      schema: { tags, summary: 'How the project is connected with GitHub', response: { 200: GitHubView } },
    },
    request => contextOf(request).github.setup.view(),
  )
  app.post(
    '/github/connect',
    {
      access: may('settings'),
      schema: {
        tags,
        summary: 'Trust the jobs of a repository, and make an App for it or keep a token',
        body: ConnectGitHubBody,
        response: { 200: ConnectedGitHubView },
      },
    },
    async request => {
      const { repository, token = null, organization = null } = request.body
      const { name: by } = personIn(request)
      return contextOf(request).github.setup.connect({ repository, token, organization, by })
    },
  )
  app.post(
    '/github/disconnect',
    {
      access: may('settings'),
      schema: {
        tags,
        summary: 'Trust no repository any more, and forget key, secret and token',
        body: z.strictObject({}),
      },
    },
    async request => {
      await contextOf(request).github.setup.disconnect(personIn(request).name)
      return {}
    },
  )
  app.post(
    '/github/token',
    {
      access: provenBy('job token of GitHub'),
      schema: {
        tags,
        summary: 'Trade the OIDC token of a job on GitHub for a token of this server, for an hour',
        body: JobTokenBody,
        response: { 201: GivenJobToken },
      },
    },
    async (request, reply) => {
      const { token, environment = null } = request.body
      const { project } = z.looseObject({ project: z.string() }).parse(request.params)
      const given = await contextOf({ params: { project }, caller: null }).github.tradeJobToken(token, environment)
      return reply.status(201).send(given)
    },
  )
}

const Asked = z.object({ state: z.string().max(200) })

/** The pages between Gantry and GitHub while an App is made. Whoever has the link is who asked for it. */
export function githubAppRoutes(app: Api, projects: Pick<Projects, 'find'>): void {
  const access = provenBy('set-up link')
  const setupOf = (text: string) => {
    const state = readState(text)
    const found = state && projects.find(state.project)
    if (state && found) return { setup: found.github.setup, secret: state.secret }
    throw new GantryError('GITHUB_LINK_LAPSED', 'this link to make an App is none of this server')
  }
  app.get('/github/new', { access, schema: { hide: true, querystring: Asked } }, async (request, reply) => {
    const { setup, secret } = setupOf(request.query.state)
    const { html, policy } = appPage(await setup.manifestFor(secret))
    return reply
      .type('text/html')
      .headers({ 'content-security-policy': policy, 'cache-control': 'no-store' })
      .send(html)
  })
  app.get(
    '/github/made',
    { access, schema: { hide: true, querystring: Asked.extend({ code: z.string().max(200) }) } },
    async (request, reply) => {
      const { setup, secret } = setupOf(request.query.state)
      return reply.redirect(await setup.appMade(secret, request.query.code))
    },
  )
}
