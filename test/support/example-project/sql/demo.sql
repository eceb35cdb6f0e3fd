UPDATE accounts SET name = %(company_name)s, settings = jsonb_build_object('logo', %(logo)s::text) WHERE id = 1;
UPDATE users SET email = 'user' || id || '@globex.example' WHERE id < 10;
