import { RockpoolError } from '../contract/errors.ts';

/** A service of a Kubernetes cluster that is an agent's file store. */
export interface ClusterAddress {
  readonly context: string;
  readonly namespace: string;
  readonly service: string;
  readonly port: number;
  /** The workflow that the address itself names. */
  readonly workflow: string | null;
}

const usualPort = 3000;
const label = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** True for the address of a service behind Kubernetes. */
export function isClusterAddress(text: string): boolean {
  return /^k8s:\/\//i.test(text);
}

/** Reads `k8s://CONTEXT/NAMESPACE/SERVICE[:PORT][/WORKFLOW]`; parts are percent-encoded where they hold a slash. Throws `usage`. */
export function readClusterAddress(text: string): ClusterAddress {
  const parts = text
    .replace(/^k8s:\/\//i, '')
    .split('/')
    .filter((part) => part !== '')
    .map(decode);
  // As a file store's own addresses have it.
  if (parts[3] === 'file') parts.splice(3, 1);
  const [context = '', namespace = '', called = '', workflow = null, more] = parts;
  const [, service = '', port] = /^(.*?)(?::(\d{1,5}))?$/.exec(called) ?? [];
  const isWhole = context !== '' && label.test(namespace) && label.test(service) && more === undefined;
  // kubectl takes what begins with a dash for an option.
  const isSafe = !context.startsWith('-') && /^[\x21-\x7e]{1,253}$/.test(context);
  const number = port === undefined ? usualPort : Number(port);
  if (isWhole && isSafe && number >= 1 && number <= 65_535) {
    return { context, namespace, service, port: number, workflow };
  }
  throw new RockpoolError('usage', 'This is no address of a file store behind Kubernetes.', {
    hint: 'Write k8s://CONTEXT/NAMESPACE/SERVICE, with :PORT behind it where it is not 3000. kubectl config get-contexts shows the contexts; a / in one is %2F.',
  });
}

/** An address in its one spelling. */
export function formatClusterAddress({
  context,
  namespace,
  service,
  port,
  workflow,
}: ClusterAddress): string {
  const at = port === usualPort ? service : `${service}:${port}`;
  const whole = [
    encodeURIComponent(context),
    namespace,
    at,
    ...(workflow === null ? [] : [encodeURIComponent(workflow)]),
  ];
  return `k8s://${whole.join('/')}`;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return '';
  }
}
