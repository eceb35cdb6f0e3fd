import type { ColumnFacts } from './facts.ts';

/** What columns of a users table are for, as far as their names and types tell; null for what is not there. */
export interface ColumnRoles {
  readonly email: string | null;
  readonly username: string | null;
  readonly password: string | null;
  /** The name of a person in one column, or the parts of it. */
  readonly names: readonly string[];
  readonly roles: readonly string[];
  readonly createdAt: string | null;
  /** A time that is set, or a truth that is false or true, once the user is gone or locked. */
  readonly gone: Gone | null;
  /** Columns that only those who log in have: the last login, a remember token. */
  readonly logins: readonly string[];
}

export interface Gone {
  readonly column: string;
  /** How it looks when the user is gone. */
  readonly when: 'set' | 'true' | 'false';
}

const emails = /^(e?mail|e?mailaddress|useremail|primaryemail|loginemail|contactemail)$/;
const usernames = /^(username|userlogin|login|loginname|handle|nickname|screenname|useridentifier)$/;
const passwords =
  /^(password|passwordhash|hashedpassword|encryptedpassword|passworddigest|passwd|passwdhash|passhash|pwhash|pwdhash|pwd|cryptedpassword|userpass|userpassword|hash)$/;
const wholeNames = /^(name|fullname|displayname|realname|username|customername|contactname)$/;
const partNames = /^(firstname|lastname|givenname|familyname|forename|surname|middlename)$/;
const roleNames =
  /^(role|roles|userrole|usertype|accounttype|isadmin|admin|isstaff|issuperuser|superadmin|plan|tier|title|jobtitle|position)$/;
const created =
  /^(createdat|created|createdon|createdate|createddate|creationdate|datejoined|joinedat|insertedat|signupat|signupdate|registeredat|registrationdate|hiredate)$/;
const goneTimes =
  /^(deletedat|deactivatedat|discardedat|disabledat|bannedat|archivedat|suspendedat|removedat)$/;
const goneTruths =
  /^(isdeleted|deleted|isdisabled|disabled|isbanned|banned|isarchived|archived|locked|islocked)$/;
const hereTruths = /^(isactive|active|activebool|enabled|isenabled)$/;
const loginNames =
  /^(lastlogin|lastloginat|lastsigninat|currentsigninat|signincount|lastseenat|remembertoken|resetpasswordtoken|recoverytoken|emailverified|emailverifiedat|emailconfirmedat|confirmedat|twofactorenabled|twofactorsecret|failedattempts|issuperuser|isstaff)$/;

/** A name without case, underscores and the like: `emailVerified` and `email_verified` are one. */
export function plainName(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
}

/** Finds out what the columns of a table would be for if its rows were users. */
export function readRoles(columns: readonly ColumnFacts[]): ColumnRoles {
  const all = columns.map((column) => ({ ...column, plain: plainName(column.name) }));
  const texts = all.filter(({ category }) => category === 'S' || category === 'U');
  const first = (from: readonly { name: string; plain: string }[], pattern: RegExp): string | null =>
    from.find(({ plain }) => pattern.test(plain))?.name ?? null;
  const those = (pattern: RegExp): string[] =>
    all.filter(({ plain }) => pattern.test(plain)).map(({ name }) => name);
  const email = first(texts, emails) ?? first(texts, /^(?!unconfirmed|recovery|new|backup|old).*email$/);
  const username = first(texts, usernames);
  const whole = texts.filter(({ plain, name }) => wholeNames.test(plain) && name !== username);
  const parts = those(partNames);
  return {
    email,
    username,
    password:
      first(texts, passwords) ??
      first(texts, /^(?!reset|confirm|old|previous|temporary).*password(hash|digest)?$/),
    names: parts.length > 0 ? parts : whole.slice(0, 1).map(({ name }) => name),
    roles: those(roleNames).slice(0, 4),
    createdAt: first(
      all.filter(({ category }) => category === 'D'),
      created,
    ),
    gone: readGone(all),
    logins: those(loginNames),
  };
}

function readGone(all: readonly (ColumnFacts & { plain: string })[]): Gone | null {
  for (const { name, plain, category } of all) {
    if (category === 'D' && goneTimes.test(plain)) return { column: name, when: 'set' };
    if (category === 'B' && goneTruths.test(plain)) return { column: name, when: 'true' };
    if (category === 'B' && hereTruths.test(plain)) return { column: name, when: 'false' };
  }
  return null;
}
