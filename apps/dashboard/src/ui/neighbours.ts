import { useRouter } from '@tanstack/react-router'
import { useEffect } from 'react'
import { pagePath } from '../project/current-project.ts'
import { useKeys } from './keys.ts'

let list: string[] = []

/** The list a person reads now; `[` and `]` on what they open from it go to the one before and after. */
export function useRememberedList(paths: string[]): void {
  const text = paths.join('\n')
  useEffect(() => {
    list = text ? text.split('\n') : []
  }, [text])
}

export function useNeighbours(): void {
  const router = useRouter()
  const go = (by: number) => {
    const next = list[list.indexOf(router.state.location.pathname) + by]
    if (list.includes(router.state.location.pathname) && next) router.history.push(pagePath(next))
  }
  useKeys({ '[': () => go(-1), ']': () => go(1) })
}
