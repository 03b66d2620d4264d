import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { Deployment, GantryError, isUnfinished, Project, Release, settleFormer } from '@gantry/core'
import * as z from 'zod'
import type { DeliveryParts } from '../orchestrator/parts.ts'
import { memoryLeases } from './memory-leases.ts'

const Content = z.object({
  deployments: z.array(Deployment),
  releases: z.array(Release),
  projects: z.array(Project),
  settings: z.record(z.string(), z.unknown()),
})
type Content = z.output<typeof Content>

/** The storage ports delivery needs, in memory; with a file, what was written is there again after a crash. */
export function memoryStore(file?: string): DeliveryParts['store'] & { content: Content } {
  const content: Content =
    file && existsSync(file)
      ? Content.parse(JSON.parse(readFileSync(file, 'utf8')))
      : { deployments: [], releases: [], projects: [], settings: {} }
  const save = () => {
    if (!file) return
    writeFileSync(`${file}.part`, JSON.stringify(content))
    renameSync(`${file}.part`, file)
  }
  return {
    content,
    deployments: memoryDeployments(content, save),
    releases: memoryReleases(content, save),
    projects: memoryProjects(content, save),
    leases: memoryLeases(() => Date.now()),
  }
}

function memoryDeployments(content: Content, save: () => void): DeliveryParts['store']['deployments'] {
  const newestFirst = (project: string) =>
    content.deployments
      .filter(each => each.project === project)
      .toSorted((a, b) => (a.createdAt < b.createdAt ? 1 : -1))
  const replace = (deployment: Deployment): Deployment => {
    const at = content.deployments.findIndex(each => each.id === deployment.id)
    if (content.deployments[at]?.version !== deployment.version) {
      throw new GantryError('CONFLICT', `deployment ${deployment.id} moved on`)
    }
    const updated = { ...structuredClone(deployment), version: deployment.version + 1 }
    content.deployments[at] = updated
    return structuredClone(updated)
  }
  return {
    async update(deployment) {
      const updated = replace(deployment)
      save()
      return updated
    },
    async goLive(deployment) {
      const isFormer = (each: Deployment) =>
        each.state === 'live' && each.environment === deployment.environment && each.id !== deployment.id
      const former = newestFirst(deployment.project).filter(isFormer)
      const live = replace(deployment)
      const settled = former.map(each => replace(settleFormer(each, deployment)))
      save()
      return { live, settled }
    },
    async add(deployment) {
      content.deployments.unshift(structuredClone(deployment))
      save()
    },
    get: async (project, id) => structuredClone(newestFirst(project).find(each => each.id === id) ?? null),
    list: async (project, { environment, release, limit = 100 }) =>
      structuredClone(
        newestFirst(project)
          .filter(
            each =>
              (environment ?? each.environment) === each.environment && (release ?? each.release) === each.release,
          )
          .slice(0, limit),
      ),
    live: async (project, environment) =>
      structuredClone(
        newestFirst(project).find(each => each.environment === environment && each.state === 'live') ?? null,
      ),
    unfinished: async project => structuredClone(newestFirst(project).filter(each => isUnfinished(each.state))),
  }
}

function memoryReleases(content: Content, save: () => void): DeliveryParts['store']['releases'] {
  const get = (project: string, id: string) => content.releases.find(each => each.project === project && each.id === id)
  return {
    async add(release) {
      const known = get(release.project, release.id)
      if (known) return structuredClone(known)
      content.releases.unshift(structuredClone(release))
      save()
      return release
    },
    get: async (project, id) => structuredClone(get(project, id) ?? null),
    some: async (project, ids) =>
      structuredClone(content.releases.filter(each => each.project === project && ids.includes(each.id))),
    list: async (project, limit) =>
      structuredClone(content.releases.filter(each => each.project === project).slice(0, limit)),
    async markBad(project, id, because) {
      const release = get(project, id)
      if (release) release.badBecause = because
      save()
    },
  }
}

function memoryProjects(content: Content, save: () => void): DeliveryParts['store']['projects'] {
  const get = (name: string) => content.projects.find(each => each.name === name) ?? null
  return {
    async ensure(project) {
      const known = get(project.name)
      if (known) return structuredClone(known)
      const made = {
        ...project,
        number: content.projects.length + 1,
        config: null,
        configSha: null,
        title: '',
        archivedAt: null,
      }
      content.projects.push(made)
      save()
      return structuredClone(made)
    },
    get: async name => structuredClone(get(name)),
    byNumber: async number => structuredClone(content.projects.find(each => each.number === number) ?? null),
    list: async () => structuredClone(content.projects),
    async rename() {},
    async archive() {},
    async saveConfig(name, config, sha) {
      const project = get(name)
      if (project) Object.assign(project, { config: structuredClone(config), configSha: sha })
      save()
    },
    setting: async (project, name) => structuredClone(content.settings[`${project} ${name}`] ?? null),
    async saveSetting(project, name, value) {
      content.settings[`${project} ${name}`] = structuredClone(value)
      save()
    },
  }
}
