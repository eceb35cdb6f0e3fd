import { spawnSync } from 'node:child_process';
import type { PasswordScheme } from '../../electron/contract/impersonation.ts';

// The libraries that applications themselves log in with. Ruby's Devise hands the password with its pepper to bcrypt.
const program = `
import json, sys
given = json.load(sys.stdin)
password, hash, pepper = given['password'], given['hash'], given['pepper']
def bcrypt_check():
    import bcrypt
    return bcrypt.checkpw((password + pepper).encode(), hash.encode())
def passlib_check():
    from passlib.hash import bcrypt
    return bcrypt.verify(password, hash)
def argon2_check():
    import argon2
    try:
        return argon2.PasswordHasher().verify(hash, password)
    except argon2.exceptions.VerifyMismatchError:
        return False
def werkzeug_check():
    from importlib.metadata import version
    from werkzeug.security import check_password_hash
    if tuple(map(int, version('werkzeug').split('.')[:2])) >= (2, 3):
        return check_password_hash(hash, password)
    # Werkzeug writes this form from 2.3 on; Debian 12 has 2.2, so its one line is done here, with Python's own scrypt.
    import hashlib, hmac
    method, salt, value = hash.split('$', 2)
    n, r, p = map(int, method.split(':')[1:])
    key = hashlib.scrypt(password.encode(), salt=salt.encode(), n=n, r=r, p=p, maxmem=132 * n * r * p)
    return hmac.compare_digest(key.hex(), value)
def django_check():
    from django.conf import settings
    settings.configure()
    from django.contrib.auth.hashers import check_password
    return check_password(password, hash)
checks = {'bcrypt': bcrypt_check, 'bcrypt-php': passlib_check, 'devise': bcrypt_check, 'argon2id': argon2_check,
  'scrypt-werkzeug': werkzeug_check, 'pbkdf2-django': django_check}
print(json.dumps(checks[given['scheme']]()))
`;

const modules = 'import bcrypt, argon2, werkzeug.security, django, passlib.hash';

// The packages of the system are not seen by a Python that somebody put before it.
const python = ['python3', '/usr/bin/python3'].find((each) => spawnSync(each, ['-c', modules]).status === 0);

/** True where the scheme's own reference library lets this password in. */
export function letsIn(scheme: PasswordScheme, password: string, hash: string, pepper = ''): boolean {
  const input = JSON.stringify({ scheme, password, hash, pepper });
  const { status, stdout, stderr } = spawnSync(python ?? 'python3', ['-W', 'ignore', '-c', program], {
    input,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`the reference library failed: ${stderr.slice(-2000)}`);
  return JSON.parse(stdout) as boolean;
}

/** True where all of the reference libraries are on this machine. */
export function haveReferenceLibraries(): boolean {
  return python !== undefined;
}
