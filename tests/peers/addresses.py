"""Addresses that look like Taiwan's.

The roads are real; sections, lanes and house numbers are invented.
"""

# Code, county, district, roads; a road with a number has that many sections.
AREAS = """
100 臺北市 中正區 重慶南路3 羅斯福路3 汀州路3 南昌路2
103 臺北市 大同區 延平北路4 迪化街2 重慶北路3
104 臺北市 中山區 南京東路3 中山北路3 民權東路3 長安東路2
105 臺北市 松山區 八德路4 南京東路5 民生東路5
106 臺北市 大安區 和平東路3 仁愛路4 復興南路2 新生南路3
108 臺北市 萬華區 西園路2 和平西路3 廣州街
110 臺北市 信義區 信義路5 松仁路 基隆路2 吳興街
111 臺北市 士林區 中山北路6 文林路 承德路4 福林路
112 臺北市 北投區 中央北路4 石牌路2 大業路
114 臺北市 內湖區 成功路5 內湖路3 康寧路3
115 臺北市 南港區 忠孝東路7 研究院路3 南港路3
116 臺北市 文山區 木柵路4 興隆路4 景興路
200 基隆市 仁愛區 愛三路 仁二路
202 基隆市 中正區 義一路 北寧路 中正路
220 新北市 板橋區 文化路2 中山路2 四川路2 縣民大道3
221 新北市 汐止區 大同路3 新台五路1 中興路
231 新北市 新店區 北新路3 中正路 安康路3
234 新北市 永和區 永和路2 中山路1 得和路
235 新北市 中和區 中和路 景平路 中山路3
237 新北市 三峽區 大學路 復興路 民權街
241 新北市 三重區 重新路5 三和路4 正義北路
242 新北市 新莊區 中正路 新泰路 幸福路
251 新北市 淡水區 中山北路2 學府路 英專路
260 宜蘭縣 宜蘭市 中山路3 舊城南路 神農路2
265 宜蘭縣 羅東鎮 公正路 興東路 純精路3
300 新竹市 東區 光復路2 中央路 食品路
302 新竹縣 竹北市 光明六路 文興路2 縣政九路
320 桃園市 中壢區 中正路 環中東路2 中北路
330 桃園市 桃園區 中正路 復興路 縣府路
334 桃園市 八德區 介壽路2 興豐路
351 苗栗縣 頭份市 中央路 中華路 自強路
360 苗栗縣 苗栗市 中正路 為公路 縣府路
400 臺中市 中區 臺灣大道1 自由路2 中山路
403 臺中市 西區 公益路 美村路1 向上路1
407 臺中市 西屯區 臺灣大道4 文心路3 福星路
412 臺中市 大里區 國光路2 中興路2 德芳路1
420 臺中市 豐原區 中正路 圓環東路 三民路
436 臺中市 清水區 中山路 鰲峰路 五權路
500 彰化縣 彰化市 中山路3 彰南路2 中正路2
505 彰化縣 鹿港鎮 中山路 鹿草路4 民族路
510 彰化縣 員林市 中山路2 大同路2 莒光路
540 南投縣 南投市 中興路 彰南路3 復興路
545 南投縣 埔里鎮 中山路3 中正路 西安路1
600 嘉義市 西區 中山路 民族路 友愛路
621 嘉義縣 民雄鄉 建國路3 文化路 大學路1
640 雲林縣 斗六市 大學路3 雲林路2 中山路
648 雲林縣 西螺鎮 延平路 中山路
700 臺南市 中西區 民權路2 府前路1 海安路2
704 臺南市 北區 公園路 成功路 西門路4
710 臺南市 永康區 中正北路 中華路 小東路
730 臺南市 新營區 民治路 中山路 復興路
744 臺南市 新市區 中正路 中華路
800 高雄市 新興區 中正三路 五福二路 七賢一路
804 高雄市 鼓山區 美術東二路 鼓山三路 明誠三路
807 高雄市 三民區 建國三路 九如一路 覺民路
813 高雄市 左營區 博愛三路 自由二路 左營大路
820 高雄市 岡山區 岡山路 中山北路 維新路
830 高雄市 鳳山區 中山西路 五甲一路 光遠路
900 屏東縣 屏東市 自由路 廣東路 民生路
920 屏東縣 潮州鎮 中山路 延平路 光春路
946 屏東縣 恆春鎮 中正路 省北路 恆南路
950 臺東縣 臺東市 中華路1 更生路 正氣路
961 臺東縣 成功鎮 中華路 中山路
970 花蓮縣 花蓮市 中山路 林森路 國聯一路
973 花蓮縣 吉安鄉 中央路3 建國路2 吉安路2
981 花蓮縣 玉里鎮 中山路2 光復路
209 連江縣 南竿鄉 介壽村 馬祖村 清水村
210 連江縣 北竿鄉 塘岐村 后沃村 午沙村
211 連江縣 莒光鄉 青帆村 田沃村 大坪村
212 連江縣 東引鄉 中柳村 樂華村
880 澎湖縣 馬公市 中正路 光明路 三民路 民族路
881 澎湖縣 西嶼鄉 池東村 外垵村 赤馬村
882 澎湖縣 望安鄉 東安村 西安村 將軍村
883 澎湖縣 七美鄉 南港村 中和村 平和村
884 澎湖縣 白沙鄉 赤崁村 通梁村 吉貝村
885 澎湖縣 湖西鄉 湖西村 林投村 龍門村
890 金門縣 金沙鎮 復興街 五福街 勝利路
891 金門縣 金湖鎮 林森路 太湖路2 黃海路
892 金門縣 金寧鄉 伯玉路2 環島北路2 民生路
893 金門縣 金城鎮 民生路 民族路 珠浦南路
894 金門縣 烈嶼鄉 西路 八青路
896 金門縣 烏坵鄉 大坵村 小坵村
929 屏東縣 琉球鄉 中山路 和平路 民生路
951 臺東縣 綠島鄉 公館村 中寮村 南寮村
952 臺東縣 蘭嶼鄉 紅頭村 椰油村 朗島村
""".strip().split("\n")
AREAS = [tuple(area.split(None, 3)) for area in AREAS]
CHINESE = "零一二三四五六七八九"
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


def chance(rng, share):
    return rng.random() < share


def road(rng, text):
    name = text.rstrip("0123456789")
    sections = int(text[len(name):] or 0)
    if not sections:
        return name
    return f"{name}{CHINESE[rng.randint(1, sections)]}段"


def house(rng):
    """Lane, alley, number and floor, written the ways people write them."""
    text = ""
    if chance(rng, 0.35):
        text += f"{rng.randint(2, 420)}巷"
        if chance(rng, 0.4):
            text += f"{rng.randint(1, 60)}弄"
    number = rng.randint(1, 399)
    if chance(rng, 0.08):
        text += f"{number}之{rng.randint(1, 12)}號"
    elif chance(rng, 0.05):
        text += f"{number}號之{rng.randint(1, 12)}"
    else:
        text += f"{number}號"
    if chance(rng, 0.55):
        floor = rng.randint(2, 24)
        if floor < 10 and chance(rng, 0.2):
            text += f"{CHINESE[floor]}樓"
        else:
            text += f"{floor}樓"
        if chance(rng, 0.3):
            text += f"之{rng.randint(1, 12)}"
    if chance(rng, 0.1):
        text = text.translate(FULL_WIDTH)
    return text


def address(rng):
    """A postal code of 3, 5 or 6 digits, and the address."""
    zip3, county, district, roads = rng.choice(AREAS)
    text = county + district + road(rng, rng.choice(roads.split()))
    if chance(rng, 0.3):
        text = text.replace("臺", "台")
    text += house(rng)
    more = rng.choices((0, 2, 3), (5, 2, 3))[0]
    code = zip3 + "".join(rng.choices("0123456789", k=more))
    return code, text
