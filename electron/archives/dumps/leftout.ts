const everythingOwned = 'everything belongs to the owner of the dataset';
const notOurs = 'it is about the server that the dataset comes from';
const elsewhere = 'it reaches other servers';

/** Kinds of entries that are left out, as they are named in a table of contents, with what to call them and why. */
export const leftOut: Readonly<Record<string, readonly [what: string, reason: string]>> = {
  ACL: ['grant', 'roles of the original are not here'],
  'ACL LANGUAGE': ['grant', 'roles of the original are not here'],
  'BLOB ACL': ['grant', 'roles of the original are not here'],
  'DEFAULT ACL': ['default privileges', 'roles of the original are not here'],
  'BLOB COMMENTS': ['comment', everythingOwned],
  DATABASE: ['database setting', notOurs],
  'DATABASE PROPERTIES': ['database setting', notOurs],
  TABLESPACE: ['tablespace', notOurs],
  PUBLICATION: ['publication', elsewhere],
  'PUBLICATION TABLE': ['publication', elsewhere],
  'PUBLICATION TABLES IN SCHEMA': ['publication', elsewhere],
  SUBSCRIPTION: ['subscription', elsewhere],
  'SUBSCRIPTION TABLE': ['subscription', elsewhere],
  'EVENT TRIGGER': ['event trigger', 'only a superuser may make it'],
  'FOREIGN DATA WRAPPER': ['foreign data wrapper', elsewhere],
  'FOREIGN SERVER': ['foreign server', elsewhere],
  SERVER: ['foreign server', elsewhere],
  'USER MAPPING': ['user mapping', elsewhere],
  'FOREIGN TABLE': ['foreign table', elsewhere],
  'SECURITY LABEL': ['security label', 'it needs a provider that is not here'],
  'STATISTICS DATA': ['statistics', 'they hold values of the original rows; new ones are made'],
  'PROCEDURAL LANGUAGE': ['language', 'languages are not made'],
};
