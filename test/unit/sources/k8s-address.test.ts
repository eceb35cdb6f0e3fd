import { describe, expect, it } from 'vitest';
import { readAddress } from '../../../electron/sources/address.ts';
import { readClusterAddress } from '../../../electron/sources/k8s-address.ts';

describe('the address of a file store behind Kubernetes', () => {
  it.each([
    ['k8s://prod/redaction/http-nas', 'k8s://prod/redaction/http-nas'],
    ['K8S://prod/redaction/http-nas:3000/', 'k8s://prod/redaction/http-nas'],
    ['k8s://admin@prod/redaction/http-nas:8080', 'k8s://admin%40prod/redaction/http-nas:8080'],
    [
      'k8s://arn:aws:eks:eu:1:cluster%2Fa/redaction/nas/file/8f1c',
      'k8s://arn%3Aaws%3Aeks%3Aeu%3A1%3Acluster%2Fa/redaction/nas/8f1c',
    ],
  ])('reads %s', (text, url) => {
    expect(readAddress(text)).toEqual({ kind: 'filestore', url });
    expect(readAddress(url)).toEqual({ kind: 'filestore', url });
  });

  it.each([
    'k8s://',
    'k8s://prod/redaction',
    'k8s://prod/redaction/http-nas/8f1c/more',
    'k8s://--kubeconfig=x/redaction/http-nas',
    'k8s://%2D%2Dtoken=x/redaction/http-nas',
    'k8s://prod/-n/http-nas',
    'k8s://prod/redaction/http-nas:99999',
    'k8s://prod/redaction/HTTP_NAS',
    'k8s://a b/redaction/http-nas',
    'k8s://%/redaction/http-nas',
  ])('refuses %s', (text) => {
    expect(() => readClusterAddress(text)).toThrow('no address of a file store behind Kubernetes');
  });
});
