import { RockpoolError } from '../contract/errors.ts';
import type { NextStep, Recipe, TokenRecipe } from '../contract/impersonation.ts';
import { fillText, type Values } from './parameters.ts';

/** Works out what to do to be the user: what to type, which token or cookie to use, what to open. */
export async function nextStepOf(recipe: Recipe, values: Values, login: string | null): Promise<NextStep> {
  const token = recipe.token === null ? null : await signToken(recipe.token, values);
  const all: Values = token === null ? values : new Map([...values, ['token', token]]);
  return {
    login,
    password: recipe.password === null ? null : (values.get('password') ?? null),
    token,
    cookie: recipe.cookie === null ? null : fillText(recipe.cookie, all),
    open: recipe.open === null ? null : fillText(recipe.open, all, encodeURIComponent),
  };
}

async function signToken(recipe: TokenRecipe, values: Values): Promise<string> {
  const secret = fillText(
    recipe.secret ?? values.get('secret') ?? '',
    recipe.secret === null ? new Map() : values,
  );
  if (secret === '') {
    throw new RockpoolError('parameters_missing', 'A token cannot be signed with an empty secret.', {
      hint: 'Give the one of the development set-up: --set secret=…',
    });
  }
  const claims = fillClaims(recipe.claims, values) as Record<string, unknown>;
  // Loaded by who signs: every command would pay for it otherwise.
  const { SignJWT } = await import('jose');
  return new SignJWT(claims)
    .setProtectedHeader({ alg: recipe.algorithm, typ: 'JWT' })
    .setIssuedAt()
    .setExpirationTime(`${recipe.expiresInSeconds}s`)
    .sign(new TextEncoder().encode(secret));
}

function fillClaims(claims: unknown, values: Values): unknown {
  if (typeof claims === 'string') return fillText(claims, values);
  if (Array.isArray(claims)) return claims.map((item) => fillClaims(item, values));
  if (typeof claims !== 'object' || claims === null) return claims;
  return Object.fromEntries(Object.entries(claims).map(([name, value]) => [name, fillClaims(value, values)]));
}
