export interface NamePool {
  female: readonly string[];
  male: readonly string[];
  family: readonly string[];
  /** Ethnic category 2001, its UK Core display and the council's 2021 wording. */
  ethnicity: readonly { code: string; display: string; council: string }[];
  languages: readonly (readonly [code: string, name: string])[];
}

const ENGLISH = ['en', 'English'] as const;

/** Given and family names are drawn apart and together make nobody in particular. */
export const NAME_POOLS: readonly (readonly [NamePool, weight: number])[] = [
  [
    {
      female: [
        'Grace',
        'Doreen',
        'Sheila',
        'Maureen',
        'Joan',
        'Patricia',
        'Lorna',
        'Hazel',
        'Wendy',
        'Tracey',
        'Alison',
        'Heather',
        'Beryl',
        'Megan',
        'Chloe',
        'Imogen',
      ],
      male: [
        'Derek',
        'Kenneth',
        'Alan',
        'Trevor',
        'Graham',
        'Barry',
        'Malcolm',
        'Neil',
        'Stuart',
        'Keith',
        'Roy',
        'Gareth',
        'Callum',
        'Rhys',
        'Dennis',
        'Clive',
      ],
      family: [
        'Thornbury',
        'Wexcombe',
        'Aldred',
        'Pettifer',
        'Lockyer',
        'Brindle',
        'Swaffield',
        'Garrod',
        'Hebden',
        'Tansley',
        'Mapperley',
        'Crossdale',
        'Whitlam',
        'Penhale',
        'Rudgewick',
        'Elstow',
      ],
      ethnicity: [
        {
          code: 'A',
          display: 'British, Mixed British',
          council: 'White: English, Welsh, Scottish, Northern Irish or British',
        },
      ],
      languages: [ENGLISH],
    },
    34,
  ],
  [
    {
      female: [
        'Hansa',
        'Kokila',
        'Nirmala',
        'Bhavna',
        'Jyoti',
        'Meera',
        'Rekha',
        'Sonal',
        'Usha',
        'Dipti',
        'Kirti',
        'Pooja',
      ],
      male: [
        'Ramesh',
        'Kantilal',
        'Dinesh',
        'Hitesh',
        'Suresh',
        'Jayesh',
        'Mahendra',
        'Nikhil',
        'Vinod',
        'Bharat',
        'Ashwin',
        'Kunal',
      ],
      family: [
        'Vaghani',
        'Mistrikar',
        'Chavdasia',
        'Lakhvani',
        'Trivedia',
        'Bhanderi',
        'Kotadia',
        'Raichura',
        'Sodhani',
        'Pansuria',
      ],
      ethnicity: [{ code: 'H', display: 'Indian or British Indian', council: 'Asian or Asian British: Indian' }],
      languages: [ENGLISH, ['gu', 'Gujarati'], ['gu', 'Gujarati'], ['hi', 'Hindi']],
    },
    24,
  ],
  [
    {
      female: ['Sivagami', 'Thayalini', 'Kamala', 'Vasuki', 'Nirosha', 'Malathi'],
      male: ['Sivakumar', 'Rajan', 'Tharmalingam', 'Nadesan', 'Kugan', 'Balan'],
      family: ['Selvathurai', 'Kanagarajah', 'Pathmaseelan', 'Arulampalam', 'Thavanesan', 'Yogarasa'],
      ethnicity: [
        {
          code: 'L',
          display: 'Any other Asian background',
          council: 'Asian or Asian British: Any other Asian background',
        },
      ],
      languages: [['ta', 'Tamil'], ENGLISH],
    },
    10,
  ],
  [
    {
      female: ['Ama', 'Folake', 'Ngozi', 'Hodan', 'Abena', 'Marcia', 'Sagal', 'Beverley'],
      male: ['Kwabena', 'Tunde', 'Emeka', 'Abdi', 'Winston', 'Yaw', 'Liban', 'Leroy'],
      family: ['Asantewa', 'Oduyale', 'Nwachuku', 'Farahani-Duale', 'Boatengma', 'Campbelle', 'Warsamey', 'Linford'],
      ethnicity: [
        { code: 'N', display: 'African', council: 'Black, Black British, Caribbean or African: African' },
        { code: 'M', display: 'Caribbean', council: 'Black, Black British, Caribbean or African: Caribbean' },
      ],
      languages: [ENGLISH, ENGLISH, ['so', 'Somali']],
    },
    13,
  ],
  [
    {
      female: ['Ioana', 'Elena', 'Zofia', 'Mirela', 'Siobhan', 'Bozena'],
      male: ['Gheorghe', 'Marius', 'Piotr', 'Vasile', 'Eamon', 'Krzysztof'],
      family: ['Dobrinescu', 'Vlaicu', 'Grzybek', 'Ardeleanu', 'Tighe', 'Wojtczyk'],
      ethnicity: [{ code: 'C', display: 'Any other White background', council: 'White: Any other White background' }],
      languages: [['ro', 'Romanian'], ['pl', 'Polish'], ENGLISH],
    },
    11,
  ],
  [
    {
      female: ['Samina', 'Farida', 'Nasreen', 'Zahra', 'Rukhsana', 'Parveen'],
      male: ['Imtiaz', 'Arshad', 'Hamid', 'Nadeem', 'Bashir', 'Younis'],
      family: ['Qazalbash', 'Mirzada', 'Rahmanzai', 'Kiyanpour', 'Sherwani', 'Lodhiya'],
      ethnicity: [
        { code: 'J', display: 'Pakistani or British Pakistani', council: 'Asian or Asian British: Pakistani' },
        { code: 'S', display: 'Any other ethnic group', council: 'Other ethnic group: Any other ethnic group' },
      ],
      languages: [ENGLISH, ['ur', 'Urdu']],
    },
    8,
  ],
];
