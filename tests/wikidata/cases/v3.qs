+Q1001	P39	Q2001	P580	+1999-00-00T00:00:00Z/9	P582	+2002-00-00T00:00:00Z/9	S854	"https://gazette.example.org/a%7Cb/%2Ac%2A/?q=%22x%22"	S1476	en:"Gazette "Keepers""	S577	+2017-03-00T00:00:00Z/10	S813	+2024-05-06T00:00:00Z/11	!S248	Q3001	S304	"12" /* https://example.org/fact/register/holdings/ada-keeper-1999; https://example.org/fact/register/holdings/ada-keeper-noted */
+Q1001	P39	Q2001	P580	+2012-09-28T00:00:00Z/11	P582	+2016-12-28T00:00:00Z/11	P1366	Q1002	P2715	Q5001	S248	Q3001	S304	"12" /* https://example.org/fact/register/elections/election-2012; https://example.org/fact/register/holdings/ada-keeper-2012; https://example.org/fact/register/holdings/bela-keeper */
Q1001	P569	+1950-05-17T00:00:00Z/11	S854	"https://gazette.example.org/a%7Cb/%2Ac%2A/?q=%22x%22"	S1476	en:"Gazette "Keepers""	S577	+2017-03-00T00:00:00Z/10	S813	+2024-05-06T00:00:00Z/11 /* https://example.org/fact/register/things/ada */
Q1002	P39	Q2001	P580	+2016-12-28T00:00:00Z/11	P1365	Q1001	S854	"https://gazette.example.org/a%7Cb/%2Ac%2A/?q=%22x%22"	S1476	en:"Gazette "Keepers""	S577	+2017-03-00T00:00:00Z/10	S813	+2024-05-06T00:00:00Z/11 /* https://example.org/fact/register/holdings/ada-keeper-2012; https://example.org/fact/register/holdings/bela-keeper */
Q1002	P569	+1961-00-00T00:00:00Z/9	S854	"https://gazette.example.org/a%7Cb/%2Ac%2A/?q=%22x%22"	S1476	en:"Gazette "Keepers""	S577	+2017-03-00T00:00:00Z/10	S813	+2024-05-06T00:00:00Z/11 /* https://example.org/fact/register/things/bela */
Q1003	P39	Q2002	P582	+2004-06-00T00:00:00Z/10	S248	Q3001	S304	"12" /* https://example.org/fact/register/holdings/cyra-scribe */
Q1005	P39	Q2002	P580	+1980-00-00T00:00:00Z/8	P582	+2001-00-00T00:00:00Z/7	S248	Q3001	S304	"12" /* https://example.org/fact/register/holdings/ezra-scribe */
Q1008	P39	Q2002	S854	"https://gazette.example.org/a%7Cb/%2Ac%2A/?q=%22x%22"	S1476	en:"Gazette "Keepers""	S577	+2017-03-00T00:00:00Z/10	S813	+2024-05-06T00:00:00Z/11 /* https://example.org/fact/register/holdings/hugo-scribe-noted */
Q1008	P569	+1970-00-00T00:00:00Z/8	S248	Q3001	S304	"12" /* https://example.org/fact/register/things/hugo */
Q4001	P625	@50/71.25	S854	"https://gazette.example.org/a%7Cb/%2Ac%2A/?q=%22x%22"	S1476	en:"Gazette "Keepers""	S577	+2017-03-00T00:00:00Z/10	S813	+2024-05-06T00:00:00Z/11 /* https://example.org/fact/register/things/office */
Q4001	P856	"https://bridges.example.org/ёл?a%7Cb"	S854	"https://gazette.example.org/a%7Cb/%2Ac%2A/?q=%22x%22"	S1476	en:"Gazette "Keepers""	S577	+2017-03-00T00:00:00Z/10	S813	+2024-05-06T00:00:00Z/11 /* https://example.org/fact/register/things/office */
Q4001	P1813	en:"O"o" B"	S854	"https://gazette.example.org/a%7Cb/%2Ac%2A/?q=%22x%22"	S1476	en:"Gazette "Keepers""	S577	+2017-03-00T00:00:00Z/10	S813	+2024-05-06T00:00:00Z/11 /* https://example.org/fact/register/things/office */
CREATE /* https://example.org/fact/register/holdings/dora-scribe */
LAST	Len	"Dora Daur"
LAST	Lkk	"Дора Дәуір"
LAST	Lru	"Дора Даур"
LAST	Den	"keeper of bridges"
LAST	P39	Q2002	P580	+2010-00-00T00:00:00Z/9	P582	+2011-00-00T00:00:00Z/9	S854	"https://gazette.example.org/a%7Cb/%2Ac%2A/?q=%22x%22"	S1476	en:"Gazette "Keepers""	S577	+2017-03-00T00:00:00Z/10	S813	+2024-05-06T00:00:00Z/11 /* https://example.org/fact/register/holdings/dora-scribe */
