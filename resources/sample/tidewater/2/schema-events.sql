--
-- PostgreSQL database dump
--

\restrict a5JShF4xJ1m9mZfCDr17wuxgC7pvPyRdQn212CmCUb5Z5FtEZJH1ETVsrrcZoCS

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
-- Name: events; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.events (
    id bigint NOT NULL,
    account_id integer NOT NULL,
    user_id bigint,
    kind text NOT NULL,
    subject_id bigint,
    payload jsonb DEFAULT '{}'::jsonb NOT NULL,
    occurred_at timestamp(0) with time zone DEFAULT now() NOT NULL
);


--
-- Name: TABLE events; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.events IS 'Trail of what happened in each workspace, kept for about twelve months.';


--
-- Name: COLUMN events.user_id; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.events.user_id IS 'Empty when the system acted by itself.';


--
-- Name: events_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.events ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.events_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: events events_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.events
    ADD CONSTRAINT events_pkey PRIMARY KEY (id);


--
-- Name: events_account_id_occurred_at_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX events_account_id_occurred_at_idx ON public.events USING btree (account_id, occurred_at DESC);


--
-- Name: events_kind_subject_id_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX events_kind_subject_id_idx ON public.events USING btree (kind, subject_id) WHERE (subject_id IS NOT NULL);


--
-- Name: events events_account_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.events
    ADD CONSTRAINT events_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.accounts(id) ON DELETE CASCADE;


--
-- Name: events events_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.events
    ADD CONSTRAINT events_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE SET NULL;


--
-- PostgreSQL database dump complete
--

\unrestrict a5JShF4xJ1m9mZfCDr17wuxgC7pvPyRdQn212CmCUb5Z5FtEZJH1ETVsrrcZoCS

