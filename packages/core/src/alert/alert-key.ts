/** For what a rule fires: rule, environment and service. */
export const alertKey = (rule: string, environment: string, service: string | null): string =>
  [rule, environment, service ?? '*'].join('/')
