--
-- PostgreSQL database dump
--

\restrict rVvXlVGYSWY7S8oSKhuvU79VFuv5MjzThxqEOVpCXxGgNHr67seIMKkB1mmlvmQ

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

--
-- Name: unpaid_invoices; Type: VIEW; Schema: public; Owner: -
--

CREATE VIEW public.unpaid_invoices AS
 SELECT i.id,
    i.number,
    a.name AS account,
    i.currency,
    i.total,
    (i.total - COALESCE(sum(p.amount) FILTER (WHERE p.succeeded), (0)::numeric)) AS outstanding,
    i.due_on,
    (CURRENT_DATE - i.due_on) AS days_overdue
   FROM ((public.invoices i
     JOIN public.accounts a ON ((a.id = i.account_id)))
     LEFT JOIN public.payments p ON ((p.invoice_id = i.id)))
  WHERE (i.status = 'open'::public.invoice_status)
  GROUP BY i.id, i.number, a.name, i.currency, i.total, i.due_on;


--
-- PostgreSQL database dump complete
--

\unrestrict rVvXlVGYSWY7S8oSKhuvU79VFuv5MjzThxqEOVpCXxGgNHr67seIMKkB1mmlvmQ

