"""The tables that `language.guess` counts with: common words of six languages, and trigrams of their letters.

COMMON has the words that stand in most texts of a language: function words, greetings, and what is said every day. The
lists are our own. The apostrophe of an elision belongs to its word.

RARITY has three letters in a row, where a space is the edge of a word. For each language, in the order of COMMON, it
says how much rarer they are there than in the language that has them most: the difference between the logarithms of
their shares, rounded, at most 9. The shares are computed from the counts of trigrams in langdetect 1.0.9 (Nakatani
Shuyo and Michal Danilak, Apache-2.0), which were made from abstracts of Wikipedia: in lower case, letters alone, with
half a millionth added to each share. Of all trigrams, these 600 tell most: the sum of their shares, times the largest
logarithm less the mean one.
"""

_WORDS = {
    "French": """
a ai ainsi alors après as assez au aucun aujourd' aussi autre autres aux avaient avais avait avant avec avez avoir
avons beaucoup bien bientôt bon bonjour bonne bonsoir c' car ce ceci cela celle celui ces cet cette ceux chaque chez
comme comment contre d' dans de debout dehors demain depuis derrière des deux devant dit dois doit donc donne dont du
dès déjà elle elles en encore entre es est et eu eux faire fait faut femme fille fois font hier homme ici il ils j'
jamais je jeune jour jusqu' jusque l' la le les leur leurs lorsqu' lui là m' ma madame mais mal merci mes mieux moi
moins mon monsieur même n' ne ni non nos notre nous oh on ont ou oui où par parce parfois pas pendant personne petit
petite peu peut peux plus plusieurs plutôt pour pourquoi pouvez près puis puisqu' qu' quand que quel quelle quelles
quelqu' quelque quelques quels qui quoi rien s' sa sais sait salut sans se sera ses si soir sois soit sommes son sont
sous souvent suis sur t' ta tant te tes toi ton toujours tous tout toute toutes trois trop très tu un une va vas venez
vers veut veux viens vite voici voilà vont vos votre vous vraiment vu y à ça étaient étais était êtes être""",
    "English": """
a about after again all also always am an and another any are aren' around as at away back be because been before
behind being below beside between both but by bye came can can' come could couldn' day did didn' do does doesn' doing
don' done down during each enough even ever every everybody everyone few for from front get go goes going good got had
has hasn' have haven' having he he' hello her here here' hers herself him himself his how i i' if in into is isn' it
it' its just know large last let let' like little made make man many may me more most much must my myself near need
never new next nice night no nobody not nothing now of off often oh old on one only or other our out outside over own
people please put said same saw see seen she she' should sitting small so some somebody someone something soon
standing still such take than thank thanks that that' the their them then there there' these they they' thing this
those three through to today together tomorrow too two under until up us very want was wasn' way we we' well went were
what what' when where which while who who' whose why will with without woman won' work would yes yesterday yet you
you' your yours""",
    "Spanish": """
a adiós ahora al algo alguien alguna algunas algunos algún allí amigo antes aquel aquella aquí así aunque ayer aún
bajo bastante bien buen buena buenas bueno buenos cada casa casi cerca como con conmigo contigo contra cosa cual
cuando cuatro cuál cuándo cuánto cómo de debajo decir del delante demasiado dentro desde después detrás dice donde dos
durante día días dónde e el ella ellas ellos en encima entonces entre era eran eres es esa esas ese eso esos esta
estaba estaban estamos estar estas este esto estos estoy está están favor fue fuera fueron gracias gran grande gusta
ha había hace hacer hacia han has hasta hay he hemos hizo hola hombre hoy hubo ir jamás junto la las le les lo los
luego mas mañana me mejor menos mi mientras mis mismo mucha muchas mucho muchos mujer muy más mí mía mío nada nadie ni
ningún niña niño niños no noche nos nosotros nuestra nuestro nueva nuevo nunca o os otra otras otro otros para pero
perro poco podemos por porque pronto puede puedo pues que quien quiere quiero quién qué se sea según ser señor señora
si siempre sin sobre sois somos son soy su sus sé sí también tampoco tan tanto te tengo tiene tienen tienes toda todas
todavía todo todos tras tres tu tus tú u un una unas uno unos usted ustedes va vamos varias varios veces ver vez voy y
ya yo él""",
    "German": """
ab abend aber alle allem allen aller alles als also alt alte alten am an andere anderen auch auf aus außer bald bei
beim bin bis bist bitte bitten da dabei dafür damit danke dann daran darauf darf das dass davon dazu dein deine deinem
deinen deiner dem den denn der deren des dessen dich die dies diese diesem diesen dieser dieses dir doch dort draußen
drei du durch ein eine einem einen einer eines einige er es etwas euch euer eure frau für ganz gar gegangen gegen
gehen geht gemacht gern gerne gestern gibt gleich groß große großen gut gute guten guter habe haben habt hallo hast
hat hatte hatten heute hier hin hinter ich ihm ihn ihnen ihr ihre ihrem ihren ihrer im immer in ins irgend ist ja jede
jedem jeden jeder jedes jemand jetzt jung junge junger kann kannst kein keine keinem keinen keiner klein kleine
kleiner komm kommen kommt können könnte lange leute mach machen macht mag man manchmal mann mehr mein meine meinem
meinen meiner mich mir mit morgen morgens muss möchte müssen nach nacht nachts neben nein nicht nichts nie niemand
noch nun nur ob oder oft ohne schon sehr sei seid sein seine seinem seinen seiner seit sich sie sind sitzt so soll
sollte sondern spät stehen steht tag tschüss tun um und uns unser unsere unter viel viele vielen vielleicht vier vom
von vor war waren warst warum was wegen weil weiter weiß welche welcher wenn wer werden wie wieder will wir wird wirst
wo woher wohin wollen worden wurde wurden zu zum zur zusammen zwei zwischen über""",
    "Italian": """
a abbiamo accanto ad adesso agli ai al alcune alcuni all' alla alle allo allora altra altre altri altro anche ancora
anni appena arrivederci assai avere avete aveva avevano bambini bambino basta bella bello bene buon buona buonasera
buongiorno buono c' casa che chi ci ciao cioè ciò col come con contro cosa cosi così cui d' da dagli dai dal dall'
dalla dalle davanti davvero degli dei del dell' della delle dello dentro di dice dietro dire domani donna dopo dov'
dove due dunque durante e ed egli era erano essere fa faccio fanno fare fatto favore fino fra fuori giorno già gli
grande grazie ha hai hanno ho i ieri il in infatti insieme invece io l' la lavoro le lei li lo loro lui là lì ma mai
mano me meglio meno mentre mi mia mie miei mille mio molta molte molti molto ne negli nei nel nell' nella nelle nessun
nessuna nessuno niente no noi non nostra nostro nulla nuova nuovo né o oggi ogni oppure ora ore per perché perciò
persone però piace piccola piccolo più po' poco poi presso presto prima proprio puoi può qua qual qualche qualcosa
qualcuno quale quali quando quanto quasi quattro quel quell' quella quelle quelli quello quest' questa queste questi
questo qui quindi ragazza ragazzo s' sarà se seduto sei sempre sento senza si sia siamo siete signora signore sono
sopra sotto sta stai stanno stasera stata stato stesso sto su sua subito sue sugli sui sul sull' sulla sulle suo suoi
sì tanto te ti tra tre troppo tu tua tue tuo tuoi tutta tutte tutti tutto un un' una uno uomo va vado vi via vicino
voglio voi volta vostra vostro vuoi vuole è""",
    "Portuguese": """
a adeus agora ainda algo algum alguma algumas alguns alguém ali além amanhã antes ao aos apenas aquela aquele aqui
aquilo as assim atrás até aí bem boa boas bom bons cada casa cedo cima coisa com comigo como contra da daquele das de
debaixo dela dele deles demais dentro depois desde dessa desse desta deste dia dias dizer do dois dos duas durante e
ela elas ele eles em embora enquanto entre era eram essa essas esse esses esta estamos estar estas estava estavam este
estes estou está estão eu favor faz fazer fica ficar foi fora foram gosta gosto grande hoje homem há isso isto jamais
junto já lhe lhes lo logo longe lá mais mal mas me meio melhor menina menino menos mesmo meu meus mim minha minhas
muita muitas muito muitos mulher na nada nas nela nele nem nenhum nenhuma nessa nesse nesta neste ninguém no noite nos
nossa nosso nova novo num numa nunca não nós o obrigada obrigado oi olá onde ontem os ou outra outras outro outros
para pela pelas pelo pelos perto pessoas pode podemos pois por porque porquê posso pouco pra próprio quais qual
qualquer quando quanto quase que quem quer quero quê se sei seja sem sempre senhor senhora ser será seu seus sim sob
sobre somos sou sua suas são também tarde te tem temos tenho ter ti tinha toda todas todo todos três tu tua tuas tudo
tão têm um uma umas uns vai vamos vez vezes vindo você vocês vou à às é és""",
}

_TRIGRAMS = """
_a_201910 _ac000811 _al110101 _an202212 _as101210 _au022022 _av088812 _be213022 _by808888 _ca110200 _ce011810 _ch001101
_ci110800 _co110200 _cu210811 _d_099929 _da123100 _de030110 _di222102 _do222320 _du022222 _dé099399 _e_994900 _ed711701
_ei999099 _el230332 _em332990 _en120232 _er882012 _es040321 _et099334 _ex110880 _fo102210 _fu220211 _fü888088 _ge212022
_ha101010 _he201022 _hi101181 _i_888808 _il199903 _im232022 _in201002 _is303039 _it202312 _ju010181 _km832220 _ko828088
_l_099919 _la020213 _le022223 _lo110211 _mi111011 _na211110 _ne323203 _no111210 _né088888 _o_991920 _od888088 _of304444
_on208883 _os888220 _ou028880 _pa010210 _pe110200 _pl001281 _po110210 _pr000100 _qu020310 _re100100 _ri112201 _ré088888
_s_108888 _sc113003 _se110110 _si110001 _so001101 _sp108008 _st203003 _su010200 _th304344 _to202222 _um999390 _un020003
_ve121011 _vo333023 _wa303133 _we318088 _wh808888 _wi202022 _wo808188 _wu888088 _y_990999 _zu888088 _à_099992 _ár882880
_è_999909 _é_999990 _ét088888 ab_888280 abi221800 ach212032 aci330932 act000771 ad_810218 ada320930 ade322230 adm277770
ado440930 adt888088 aft818088 age008021 agg888808 ahr888088 ain012222 air018882 ais093391 ait088888 al_100210 ale121101
all102103 alm770700 als818088 ame200110 an_101122 and202122 ann112008 ano220300 ans022232 ant010100 anz771007 anç088881
app017707 ary808888 as_200130 asc771700 ass008001 at_103138 ata221302 ate102112 ati002111 ato332302 att228108 au_088288
auc288088 auf888088 aus223033 aux077777 azi838808 açã888880 año880888 bei888088 ben888088 ber212022 bes727077 bez888088
bit231800 bla770777 bre020212 by_308888 ca_320300 cad220770 cal100810 can100810 cas810810 cat102801 ce_002212 cen111810
ces110800 ch_313044 che233013 chl888088 chn228088 chs888088 cht888088 cia210910 cid381820 cie010811 cio880820 cit212808
ció990999 co_320800 col111801 com111310 con110900 cor100700 cos770700 cou008188 cti001882 cto100772 da_431410 dad991990
dal832803 dan033933 das881080 de_030230 dei888802 del441304 dem822082 den221021 dep110880 der423033 des021021 deu188088
di_499909 dia111810 die233049 dip888808 dmi277770 do_441920 dor770120 dos880880 dt_888088 du_099999 dép088288 ea_811810
ear808888 eas802888 ebe777077 ech211088 eci810811 ect001881 ed_404339 ede810001 ege818088 egi810100 egu881820 ei_888002
eic888088 eil188088 ein344094 eir828880 eis888082 eit888082 el_230213 ell133203 elt777077 em_939190 eme022022 en_121044
enc100820 enn018118 ens121110 ent010100 enz772107 epa710770 er_213023 era210100 ere201001 ero320211 ers101011 es_010131
esa880210 ese912101 esp130820 ess108101 est021221 et_023133 ett129209 eu_077770 eur033223 eut288088 eze777071 fic110800
foi288880 for101111 fra021101 fro808888 ft_727077 fue880888 für888088 geb888088 gem888081 gen221022 ges128088 ggi888808
gio123203 giã888880 gió880888 gli328108 gne027727 gun881180 ha_821810 hab282380 haf888088 hat808188 hau188088 he_304224
hei818082 hen939099 her202033 hic707177 his101182 hne888088 ho_801880 hre828088 ht_218088 ia_310200 ias771710 ic_203828
ica110300 ich323024 ici110801 ico230800 ida321330 ido880830 ie_132022 ied812082 ieg772077 iel122088 ien020012 ier021012
ige382083 igh208828 igl771707 ika777077 il_122202 ill011222 im_939092 imo771701 in_203013 inc100801 ind212011 ine112023
ing202122 io_220300 ion001102 ios770720 ipa121801 iqu099999 ira281820 ire012211 iro288820 is_102231 isc433023 ise022123
ish808288 ist111011 it_009099 ita121200 ith208888 ito220800 itt218108 ity808888 ità888808 ité088888 iva121810 iza821880
izi888108 izz888808 ião888880 ión990999 kan888088 kre888088 la_030402 lan101011 las220222 le_023213 lea702777 lei888080
les021222 li_339309 lic211011 lie022028 liz821810 ll_213203 lla332304 lle012113 llo111808 lme770700 lo_330800 loc201820
los330232 ls_118088 lt_717077 lte777017 ly_909999 ma_432420 mad720770 mai018280 mbe808188 mbr080811 me_012201 mei888081
mit222022 mme018028 mmu018288 mo_880810 mun110200 na_320300 nac880081 nas770720 nci120810 nd_204034 nde212021 ndo321210
ne_012103 nel349309 nen332013 ner211011 ng_203033 nge212022 ngs818088 nha888180 ni_233203 nid770770 nie072027 nne012112
no_331300 nos880810 ns_013232 nst111081 nt_013233 nte110100 nti111201 nto220200 nts007177 nza771707 nça088881 né_088888
née088888 obl770777 oca211810 odo770700 of_404344 oi_288820 ois088882 om_219290 omm018128 omu880800 on_001012 one321203
onn028228 or_300230 os_340440 ott828208 ou_088880 oun802238 our013332 ous007772 out108881 ouv088888 own808888 par010210
pañ880888 pec810811 pel181280 per211201 pla101181 po_880801 por120220 pos111810 pou088888 pre111201 qua118800 que030920
qui021821 ra_220300 ran010100 rch102018 rde221022 re_011202 rea301210 red801821 reg221100 rei993092 ri_223803 rio210800
rn_808088 ro_330310 rou008882 rs_002123 rsc777077 rst818088 rt_012022 rth207277 run828088 ry_203323 rég088888 sa_280800
sch939049 sci228802 se_010100 sed808822 seg881810 sei188088 sh_808888 si_288808 sid211820 sie182028 sil282820 so_811201
son011112 sos771770 sou007777 ss_707077 sse018001 ssi008101 sso118200 st_014034 sta200000 ste111010 su_880818 sur021822
são888880 ta_331301 tad880080 tai018882 tam280220 tas770710 tat103203 te_010000 ted909939 tei888082 ten221011 ter101001
teu088888 th_303333 tha808288 the404344 ti_239909 tic100800 tio003123 tiq088888 tli888088 to_411401 tos880820 tre011111
ts_008288 tsc888088 tta228808 tte118008 tti828208 tto999909 tua820801 tun888028 tué088888 ty_308228 tà_888808 té_088882
ua_882800 ual710700 uat222808 uch222088 ue_020321 ues021811 uf_888088 ui_088811 um_323120 uma444990 un_040909 una390911
und922091 une033919 ung939039 unt801012 ur_022134 ura110800 urd888088 urs027277 us_011021 ut_008188 uth707777 uts888088
uve077777 ux_088888 uée088888 va_881800 ver112011 vo_770700 von999099 war818088 was909399 wei888088 wer818088 wes707077
wit808888 wn_808888 wor707777 wur888088 za_880801 zad881880 zei888088 zio999909 zza888808 áre888880 ão_999990 çai088888
ção999990 ère088888 ée_099999 égi088888 épa077277 éra077777 éri082881 és_070777 éta088888 ía_880888 ón_990999 ür_888088
"""

COMMON = {language: frozenset(words.split()) for language, words in _WORDS.items()}
RARITY = {one[:3].replace("_", " "): tuple(map(int, one[3:])) for one in _TRIGRAMS.split()}
