-- Box 1 of "Top tips: social prescribing in general practice" (Guidelines in Practice, 2021). A SNOMED CT code stands
-- where exactly one sourced concept stands for the reason: see reason-code.data.sql.
insert into hub.reason (position, key, label, snomed_code)
values
  (1, 'antisocial-behaviour', 'Antisocial behaviour', null),
  (2, 'bereavement-related-anxiety', 'Bereavement-related anxiety', null),
  (3, 'care-following-cancer-heart-disease-or-stroke', 'Care following cancer, heart disease, or stroke', null),
  (4, 'crisis-support', 'Crisis support', null),
  (5, 'domestic-violence', 'Domestic violence', null),
  (6, 'employability-and-employment-support', 'Employability and employment support', null),
  (7, 'falls-prevention', 'Falls prevention', null),
  (8, 'financial-management-support', 'Financial management support', null),
  (9, 'healthy-lifestyle-support-and-weight-reduction', 'Healthy lifestyle support and weight reduction', null),
  (10, 'homelessness-or-housing-support', 'Homelessness or housing support', null),
  (11, 'learning-and-skills-development', 'Learning and skills development', null),
  (12, 'legal-advice', 'Legal advice', null),
  (13, 'lgbtq-support', 'LGBTQ support', null),
  (14, 'low-self-esteem-confidence', 'Low self-esteem/confidence', null),
  (15, 'mental-health', 'Mental health', null),
  (16, 'parenting-support', 'Parenting support', null),
  (17, 'personal-development', 'Personal development', null),
  (18, 'physical-inactivity', 'Physical inactivity', '390893007'),
  (19, 'prevention-of-chronic-disease', 'Prevention of chronic disease', null),
  (20, 'respiratory', 'Respiratory', null),
  (21, 'send-support', 'SEND support', null),
  (22, 'social-engagement-or-isolation', 'Social engagement or isolation', null),
  (23, 'substance-misuse', 'Substance misuse', null),
  (24, 'support-in-a-caring-role', 'Support in a caring role', null),
  (
    25,
    'support-with-physical-needs-and-tasks-of-daily-living',
    'Support with physical needs and tasks of daily living',
    null
  ),
  (26, 'type-1-and-type-2-diabetes', 'Type 1 and type 2 diabetes', null),
  (27, 'volunteering', 'Volunteering', null);
