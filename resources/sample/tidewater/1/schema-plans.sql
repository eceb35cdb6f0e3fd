--
-- PostgreSQL database dump
--

\restrict cpt9tVzHfs4bt8nHOXIT2SUQgz4YKCeKnDyUtRnlQhYxYeLFMmNqpW90In9CH1F

-- Dumped from database version 17.6
-- Dumped by pg_dump version 17.6

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET transaction_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: plans; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.plans (
    id smallint NOT NULL,
    code public.slug NOT NULL,
    name text NOT NULL,
    seat_price numeric(8,2) NOT NULL,
    features text[] NOT NULL,
    limits jsonb NOT NULL,
    is_public boolean NOT NULL,
    introduced_on date NOT NULL
);


--
-- Name: plans plans_code_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.plans
    ADD CONSTRAINT plans_code_key UNIQUE (code);


--
-- Name: plans plans_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.plans
    ADD CONSTRAINT plans_pkey PRIMARY KEY (id);


--
-- PostgreSQL database dump complete
--

\unrestrict cpt9tVzHfs4bt8nHOXIT2SUQgz4YKCeKnDyUtRnlQhYxYeLFMmNqpW90In9CH1F

