import type { OtherMethods, Parameter, PathItem, Paths, Reference } from './document.ts'
import { type OperationSpec, operation } from './operation.ts'
import { parameterRef } from './parameters.ts'

/** A route and its tenant mirror. */
export interface MirroredRoute {
  /** As it stands behind `/v1/t/{tenant}`. */
  readonly rest: string
  /** As it stands where no tenant is named. @defaultValue `/v1` and the rest */
  readonly plain?: string
  /** What is answered to other methods: on the plain path, and on the mirror. */
  readonly others: readonly [plain: OtherMethods, mirror: OtherMethods]
  readonly get?: (isMirror: boolean) => OperationSpec
  readonly post?: (isMirror: boolean) => OperationSpec
}

/** The paths of a route: where no tenant is named, and the mirror where one is. */
export function mirrored(route: MirroredRoute): Paths {
  const { rest, plain = `/v1${rest}` } = route
  return { [plain]: itemOf(route, false), [`/v1/t/{tenant}${rest}`]: itemOf(route, true) }
}

function itemOf({ others, get, post }: MirroredRoute, isMirror: boolean): PathItem {
  return {
    ...(get && { get: operation(forTenant(get(isMirror), isMirror)) }),
    ...(post && { post: operation(forTenant(post(isMirror), isMirror)) }),
    'x-agentguard-other-methods': others[isMirror ? 1 : 0]
  }
}

/** The operation, with the tenant in its path and its name where it has one. */
function forTenant(spec: OperationSpec, isMirror: boolean): OperationSpec {
  if (!isMirror) return spec
  const { operationId, summary, parameters = [] } = spec
  const tenant: readonly (Parameter | Reference)[] = [parameterRef('Tenant'), ...parameters]
  return {
    ...spec,
    operationId: `${operationId}OfTenant`,
    summary: `${summary} (of a tenant)`,
    parameters: tenant
  }
}
