-- Tables whose rows hang on a referral, and who reads them. FULL: the parties with FULL disclosure. SUPPORT: those and
-- the receiver. LIVE: every live party, and the view hides by disclosure. The author of an entry is always among them.
insert into hub.referral_child (relation, readers)
values
  ('hub.contact', 'FULL'),
  ('hub.measurement', 'FULL'),
  ('hub.choice', 'FULL'),
  ('hub.plan', 'LIVE'),
  ('hub.extension', 'FULL'),
  ('hub.preparation', 'SUPPORT'),
  ('hub.escalation', 'FULL'),
  ('hub.safeguarding_note', 'FULL');
